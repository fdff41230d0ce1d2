package org.kvdock.journal.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** A disk that refuses a kind of call from its n-th on, until it is told to work again. */
class FailingDisk implements Disk {
    enum Call {
        CREATE,
        APPEND,
        FORCE,
        RESERVE
    }

    // guarded by this
    private final Map<Call, Integer> left = new EnumMap<>(Call.class);
    private int failures;
    private boolean once;
    private int creations;

    /** @param n how many calls of the kind succeed first */
    static FailingDisk at(Call call, int n) {
        FailingDisk disk = new FailingDisk();
        disk.failAfter(call, n);
        return disk;
    }

    synchronized void failAfter(Call call, int n) {
        left.put(call, n);
    }

    /** @param once whether the calls after a failed one work again by themselves */
    synchronized void once(boolean once) {
        this.once = once;
    }

    /** @return parts that were made */
    synchronized int creations() {
        return creations;
    }

    synchronized void repair() {
        left.clear();
    }

    synchronized int failures() {
        return failures;
    }

    private synchronized boolean fails(Call call) {
        Integer more = left.get(call);
        if (more == null) {
            return false;
        }
        left.put(call, Math.max(0, more - 1));
        if (more == 0) {
            failures++;
            if (once) {
                left.remove(call);
            }
        }
        return more == 0;
    }

    @Override
    public Part create(Path directory, long wallMillis) throws IOException {
        if (fails(Call.CREATE)) {
            throw new IOException("made to fail: create");
        }
        Part made = Disk.super.create(directory, wallMillis);
        synchronized (this) {
            creations++;
        }
        return made;
    }

    @Override
    public void append(Part part, ByteBuffer record) {
        if (fails(Call.APPEND)) {
            throw new InternalError("made to fail: append");
        }
        Disk.super.append(part, record);
    }

    @Override
    public void force(Path file, FileChannel channel) throws IOException {
        if (fails(Call.FORCE)) {
            throw new IOException("made to fail: force");
        }
        Disk.super.force(file, channel);
    }

    @Override
    public boolean reserve(Path file, long from, long bytes) throws IOException {
        return !fails(Call.RESERVE) && Disk.super.reserve(file, from, bytes);
    }
}
