package org.kvdock.l2.pd.ucx;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.kvdock.l2.pd.channel.spi.Landings;
import org.kvdock.l2.pd.channel.spi.Reach;
import org.kvdock.l2.pd.channel.spi.ReceivingEnd;
import org.kvdock.l2.pd.channel.spi.SendingEnd;
import org.kvdock.l2.pd.channel.spi.TransferChannel;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** The channel {@code ucx}: RDMA where there is RDMA, and everything else that UCX speaks. Safe for all threads. */
@Component(service = TransferChannel.class)
public final class UcxChannel implements TransferChannel {
    /** Its name. */
    public static final String NAME = "ucx";

    private final UcxGate gate = UcxGate.here();
    private final Set<UcxEnd> ends = ConcurrentHashMap.newKeySet();
    private final BufferPool pool = new BufferPool();
    private volatile boolean passed;
    private volatile boolean gone;

    /** For {@link java.util.ServiceLoader} and declarative services; touches nothing native. */
    public UcxChannel() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<String> obstacle() {
        // UCX may be installed later; it is not taken away from a process that could have it.
        Optional<String> obstacle = passed ? Optional.empty() : gate.obstacle();
        passed = obstacle.isEmpty();
        return obstacle;
    }

    @Override
    public ReceivingEnd receive(Reach reach, Landings landings, Consumer<IOException> failed) throws IOException {
        check();
        return kept(new UcxReceivingEnd(reach, landings, failed, ends::remove));
    }

    @Override
    public SendingEnd send(Reach reach, byte[] address, Consumer<IOException> failed) throws IOException {
        check();
        byte[] worker = UcxAddress.decode(gate.version(), address);
        return kept(new UcxSendingEnd(reach, worker, pool.take(), failed, ends::remove));
    }

    private void check() throws IOException {
        Optional<String> obstacle = obstacle();
        if (obstacle.isPresent()) {
            throw new IOException(obstacle.get());
        }
    }

    private <T extends UcxEnd> T kept(T end) throws IOException {
        ends.add(end);
        if (end.isGone()) {
            ends.remove(end);
        }
        if (gone) {
            end.stop();
            throw new IOException("the channel has gone");
        }
        return end;
    }

    /** The bundle goes: so do its ends, and whoever used them is told. */
    @Deactivate
    void deactivate() {
        gone = true;
        List<UcxEnd> all = List.copyOf(ends);
        all.forEach(end -> end.execute(() -> end.fail(new IOException("the channel has gone"))));
        // All together within what a framework waits for a component.
        long end = System.nanoTime() + UcxEnd.CLOSE_NANOS / 2;
        all.forEach(each -> each.awaitGone(end - System.nanoTime()));
    }
}
