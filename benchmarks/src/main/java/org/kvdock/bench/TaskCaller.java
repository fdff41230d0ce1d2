package org.kvdock.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.event.EventPoller;

/** The one thread that submits stores of three keys, waits and pops. */
final class TaskCaller implements AutoCloseable {
    private final L2Adapter adapter;
    private final EventPoller poller = new EventPoller();
    private final List<ObjectKey> keys = new ArrayList<>();
    private final List<KvBuffer> objects = new ArrayList<>();
    private int done;

    TaskCaller(L2Adapter adapter) {
        this.adapter = adapter;
        for (byte i = 0; i < 3; i++) {
            keys.add(ObjectKey.of(new byte[] {i, 2, 3, 4, 5, 6, 7, 8}, "model", 0, 0, ""));
            objects.add(KvBuffer.allocate(64));
        }
        poller.add(adapter.eventFd(TaskKind.STORE), this::pop);
    }

    @Override
    public void close() {
        poller.close();
    }

    private void pop() {
        adapter.eventFd(TaskKind.STORE).read();
        done += adapter.popCompletedStoreTasks().size();
    }

    private void awaitCompletion() {
        int before = done;
        while (done == before) {
            poller.poll(Duration.ofSeconds(1));
        }
    }

    void roundTrips(int count, Histogram nanos) {
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            adapter.submitStoreTask(keys, objects);
            awaitCompletion();
            nanos.recordValue(System.nanoTime() - start);
        }
    }

    /** @return bytes that a submit allocates on its thread */
    double submitBytes(int count) {
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            long before = Allocated.byThisThread();
            adapter.submitStoreTask(keys, objects);
            bytes += Allocated.byThisThread() - before;
            awaitCompletion();
        }
        return (double) bytes / count;
    }

    /** @return tasks a second, with so many in flight */
    double pipelined(int count, int window) {
        int sent = 0;
        int first = done;
        long start = System.nanoTime();
        while (done - first < count) {
            while (sent < count && sent - (done - first) < window) {
                adapter.submitStoreTask(keys, objects);
                sent++;
            }
            awaitCompletion();
        }
        return count * 1e9 / (System.nanoTime() - start);
    }
}
