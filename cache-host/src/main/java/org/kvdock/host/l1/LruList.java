package org.kvdock.host.l1;

/**
 * Resident entries by last use. An entry is in up to two of these: everybody's, and its salt's. Guarded by the lock of L1.
 *
 * <p>Entries that somebody holds stay where they are, and those that are held for long become the oldest. {@code from}
 * keeps a search from passing all of them each time: every entry that is older is held.
 */
final class LruList {
    private Node newest;
    /** Null: all are held. */
    private Node from;
    private long nextOrder;

    /** An entry's place in one list. */
    static final class Node {
        final L1Entry entry;
        private Node older;
        private Node newer;
        /** Grows from the oldest to the newest. */
        private long order;

        Node(L1Entry entry) {
            this.entry = entry;
        }
    }

    void addNewest(Node node) {
        node.older = newest;
        node.newer = null;
        node.order = nextOrder++;
        if (newest != null) {
            newest.newer = node;
        }
        newest = node;
        if (from == null) {
            from = node;
        }
    }

    void remove(Node node) {
        if (from == node) {
            from = node.newer;
        }
        if (node.older != null) {
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

    /** Nobody holds this one any more. */
    void released(Node node) {
        if (from == null || node.order < from.order) {
            from = node;
        }
    }

    /** @return the least recently used entry that nobody holds, null if there is none */
    L1Entry oldestFree() {
        while (from != null && from.entry.isHeld()) {
            from = from.newer;
        }
        return from == null ? null : from.entry;
    }
}
