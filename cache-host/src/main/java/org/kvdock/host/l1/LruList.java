package org.kvdock.host.l1;

/** Resident entries by last use. An entry is in up to two of these: everybody's, and its salt's. Guarded by the lock of L1. */
final class LruList {
    private Node oldest;
    private Node newest;

    /** An entry's place in one list. */
    static final class Node {
        final L1Entry entry;
        private Node older;
        private Node newer;

        Node(L1Entry entry) {
            this.entry = entry;
        }
    }

    void addNewest(Node node) {
        node.older = newest;
        node.newer = null;
        if (newest == null) {
            oldest = node;
        } else {
            newest.newer = node;
        }
        newest = node;
    }

    void remove(Node node) {
        if (node.older == null) {
            oldest = node.newer;
        } else {
            node.older.newer = node.newer;
        }
        if (node.newer == null) {
            newest = node.older;
        } else {
            node.newer.older = node.older;
        }
        node.older = null;
        node.newer = null;
    }

    void touch(Node node) {
        if (node != newest) {
            remove(node);
            addNewest(node);
        }
    }

    /** @return the least recently used entry that nobody holds, null if there is none */
    L1Entry oldestFree() {
        Node node = oldest;
        while (node != null && node.entry.isHeld()) {
            node = node.newer;
        }
        return node == null ? null : node.entry;
    }
}
