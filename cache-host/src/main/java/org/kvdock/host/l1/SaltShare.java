package org.kvdock.host.l1;

/** What one cache salt has of L1. Guarded by the lock of L1. */
final class SaltShare {
    final String salt;
    final long quotaBytes;
    /** Resident entries of this salt by last use. */
    final LruList lru = new LruList();
    /** Bytes of this salt's chunks. */
    long bytes;
    /** Chunks from their reservation until their memory is free. */
    long chunks;

    SaltShare(String salt, long quotaBytes) {
        this.salt = salt;
        this.quotaBytes = quotaBytes;
    }
}
