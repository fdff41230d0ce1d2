package org.kvdock.l2.mock;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.kvdock.l2.base.AdapterSettings;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.base.L2AdapterBase;
import org.kvdock.l2.base.LoadTask;
import org.kvdock.l2.base.StoreTask;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.l2.journal.TimeSource;

/** Its stores stay inside their buffers, interrupts or not, until the gate opens: close cannot wait for them (R7). */
final class GatedAdapter extends L2AdapterBase<Void> {
    final CountDownLatch inside;
    private final CountDownLatch gate = new CountDownLatch(1);

    /** @param workers as many stores can be inside at once; {@link #inside} counts them */
    GatedAdapter(String name, int workers) {
        super(
                name, "gated",
                AdapterSettings.read(ConfigReader.of(Map.of("workers", workers, "close_grace_ms", 1))),
                new MemoryJournals().open(name), TimeSource.SYSTEM);
        inside = new CountDownLatch(workers);
        start();
    }

    void open() {
        gate.countDown();
    }

    @Override
    protected void store(StoreTask task) {
        task.read(0, chunk -> {
            inside.countDown();
            awaitGate();
        });
        task.complete();
    }

    private void awaitGate() {
        for (;;) {
            try {
                gate.await();
                return;
            } catch (InterruptedException e) {
                // like a system call that cannot be stopped
            }
        }
    }

    @Override
    protected void load(LoadTask task) {
        task.complete();
    }
}
