package org.kvdock.l2.pd.receiver;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.base.L2AdapterBase;
import org.kvdock.l2.base.LoadTask;
import org.kvdock.l2.base.ObjectIndex;
import org.kvdock.l2.base.StoreTask;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;
import org.kvdock.l2.pd.ChannelChoice;
import org.kvdock.l2.pd.FoundChannels;
import org.kvdock.l2.pd.HoldingsRef;
import org.kvdock.l2.pd.PdSettings;
import org.kvdock.l2.pd.channel.spi.ReceivingEnd;
import org.kvdock.l2.pd.net.Reactor;
import org.kvdock.l2.pd.security.Security;
import org.kvdock.l2.pd.staging.Slot;
import org.kvdock.l2.pd.staging.Staging;
import org.kvdock.l2.pd.zmq.AllocPort;
import org.kvdock.l2.pd.zmq.ZmqLoop;

/**
 * The decode side: senders write into its staging, lookups lock what is committed, loads copy it out. A store on it is a
 * success with 0 bytes and every bit set: what its host has is already on this side of the transfer, so there is nothing
 * to move. When staging is freed says {@link Stock}.
 *
 * <p>Not final for one reason: the test kit's adapters put trouble in front of its moves, which nobody but a subclass sees.
 */
public class PdReceiver extends L2AdapterBase<Slot> {
    private static final long LONGEST_TICK_NANOS = 100_000_000;
    private static final int SLICE_BYTES = 256 << 10;

    private final PdSettings settings;
    private final Security security;
    private final HoldingsRef holdings;
    private final ReceiverStaging staging;
    private final int recovered;
    private final long recoveredBytes;
    private final long recoveryNanos;
    private final Reactor reactor;
    private final ZmqLoop loop;
    private final ReceivingEnds ends;
    private final Stock stock;
    private final Desk desk;
    private final Links links;
    private final List<Integer> initPorts;
    private final List<Integer> allocPorts;
    private volatile Runnable forgetChannels = () -> {};
    private boolean running;

    /**
     * @throws BadConfigurationException if a port is taken or there is no memory for staging
     * @throws RuntimeException whatever else it is for want of; nothing is left behind in any case
     */
    public PdReceiver(
            String name, PdSettings settings, Security security, HoldingsRef holdings, FoundChannels found,
            TaskJournal journal, TimeSource time) {
        super(name, "pd", settings.base(), journal, time);
        this.settings = settings;
        this.security = security;
        this.holdings = holdings;
        try {
            this.reactor = new Reactor(name, e -> reportOutage(ErrorCode.INTERNAL, e.toString()));
            this.loop = new ZmqLoop(name, 0, e -> reportOutage(ErrorCode.INTERNAL, e.toString()));
            this.ends = new ReceivingEnds(settings, found, SideThread.named("kvdock-" + name + "-channels"), time);
            this.ends.open();
            this.staging = ReceiverStaging.open(name, settings, this::segmentDropped);
            Staging memory = staging.memory();
            long lease = settings.lease().toNanos();
            long requestLease = settings.requestLease().toNanos();
            this.stock = new Stock(index(), memory, requestLease);
            Requests requests = new Requests(stock, memory, holdings, lease, requestLease, this::roomFreed);
            Admission admission = new Admission(index(), memory, holdings, stock);
            this.desk = new Desk(index(), memory, admission, requests, stock, lease, (nanos, job) -> reactor.after(nanos, job)::cancel);
            long epoch = new SecureRandom().nextLong();
            this.links = new Links(reactor, settings, security, desk, requests, epoch, staging, ends);
            long begin = System.nanoTime();
            List<ObjectKey> survivors = staging.recover(recovery().candidates(), index());
            stock.recovered(survivors, System.nanoTime());
            this.recovered = survivors.size();
            this.recoveredBytes = memory.capacity() - memory.freeBytes();
            this.recoveryNanos = System.nanoTime() - begin;
            InetAddress host = settings.peerHost().orElseThrow();
            this.initPorts = links.listen(host);
            holdings.setReader(new HoldingsRef.Reader() {
                @Override
                public void read(String requestId) {
                    onDesk(() -> requests.read(requestId));
                }

                @Override
                public void hostGone() {
                    onDesk(requests::hostGone);
                }
            });
            AllocPort allocPort = new AllocPort(loop, security, new Strangers(index(), holdings, reactor, desk, requests, staging.shared()));
            this.allocPorts = allocPort.listen(host, settings.allocPorts());
            ends.tell(new EndsEvents());
            reactor.execute(() -> reactor.every(tickNanos(), this::tick));
            reactor.start();
            loop.start();
            start();
            running = true;
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
        forgetChannels = found.onChange(ends::channelsChanged);
        // One may have come since they were opened.
        ends.channelsChanged();
    }

    /** What ends of channels do to links and to the adapter's health. */
    private final class EndsEvents implements ReceivingEnds.Events {
        private boolean outage;

        @Override
        public void changed() {
            reactor.execute(links::channelsChanged);
            // With auto there are other channels.
            boolean out = settings.channel() == ChannelChoice.UCX && ends.names().isEmpty();
            if (out) {
                reportOutage(ErrorCode.INTERNAL, "no sender can be served: channel " + ends.trouble());
            } else if (outage) {
                reportRecovered();
            }
            outage = out;
        }

        @Override
        public void gone(ReceivingEnd end, String why) {
            reactor.execute(() -> links.channelGone(end, why));
        }
    }

    private void segmentDropped(long segment) {
        if (links != null) {
            links.dropped(segment);
        }
    }

    private long tickNanos() {
        return Math.max(1_000_000, Math.min(LONGEST_TICK_NANOS, settings.lease().toNanos() / 10));
    }

    private void tick() {
        long now = System.nanoTime();
        desk.tick(now);
        links.tick(now);
        staging.memory().dropEmpty();
    }

    private void roomFreed() {
        desk.roomFreed();
    }

    private void onDesk(Runnable job) {
        reactor.execute(() -> {
            job.run();
            desk.settle();
        });
    }

    @Override
    protected void store(StoreTask task) {
        for (int i = 0; i < task.size(); i++) {
            task.stored(i, 0);
        }
        task.complete();
    }

    @Override
    protected void load(LoadTask task) {
        List<ObjectKey> unlocked = new ArrayList<>();
        for (int i = 0; i < task.size(); i++) {
            ObjectKey key = task.keys().get(i);
            // Only a reader with a lock consumes: its unlock says that it is done.
            boolean locked = index().isLocked(key);
            try (ObjectIndex<Slot>.Pin pin = index().pin(key).orElse(null)) {
                if (pin == null || pin.bytes() > task.length(i)) {
                    continue;
                }
                if (copy(task, i, pin.value()) && locked) {
                    pin.value().markLoaded();
                }
            }
            if (locked && !index().isLocked(key)) {
                // Unlocked meanwhile, when the pin kept it.
                unlocked.add(key);
            }
        }
        free(unlocked);
        task.complete();
    }

    private void free(List<ObjectKey> keys) {
        // What is not freed may have become evictable.
        if (!keys.isEmpty() && (stock.free(keys) | desk.isAnybodyWaiting())) {
            onDesk(desk::roomFreed);
        }
    }

    // A sender that writes in place could write after its commit: the copy alone is what nobody else can touch.
    private boolean copy(LoadTask task, int i, Slot slot) {
        boolean[] whole = new boolean[1];
        boolean copied = task.write(i, view -> {
            ByteBuffer staged = slot.view();
            CRC32C sum = new CRC32C();
            // In slices, so that the copy is summed up while it is in the cache.
            for (int at = 0; at < slot.length(); at += SLICE_BYTES) {
                int bytes = Math.min(SLICE_BYTES, slot.length() - at);
                view.put(at, staged, at, bytes);
                sum.update(view.slice(at, bytes));
            }
            whole[0] = (int) sum.getValue() == slot.checksum();
        });
        if (copied && whole[0]) {
            task.loaded(i, slot.length());
        } else if (copied) {
            slot.markDamaged();
            reportOutage(ErrorCode.CHECKSUM, task.keys().get(i) + ": its bytes in staging have changed since their commit");
        }
        return copied && whole[0];
    }

    @Override
    protected void unlockedToZero(List<ObjectKey> keys) {
        free(keys);
    }

    @Override
    protected void removed(ObjectIndex.Removed<Slot> removed) {
        stock.removed(removed, RemovalReason.DELETED);
        onDesk(desk::roomFreed);
    }

    @Override
    protected void stopMoving() {
        // Or whoever knows the channels would keep this receiver, and its staging, for as long as they do.
        forgetChannels.run();
        if (reactor != null) {
            reactor.close();
        }
        if (loop != null) {
            loop.close();
        }
        if (ends != null && !ends.close()) {
            // What it writes into stays as long as it does; nobody else gets that memory.
            reportOutage(ErrorCode.INTERNAL, "an end of a channel has not closed in time");
        }
        if (staging != null && running) {
            staging.close();
        } else if (staging != null) {
            staging.leave();
        }
    }

    @Override
    protected long capacityBytes() {
        return staging.memory().capacity();
    }

    @Override
    protected Map<String, String> details() {
        Map<String, String> details = new HashMap<>();
        details.put("role", "receiver");
        details.put("channel", links.channelsInUse());
        details.put("channel_trouble", ends.trouble());
        details.put("epoch", Long.toHexString(links.epoch()));
        details.put("peer_init_port", initPorts.toString());
        details.put("peer_alloc_port", allocPorts.toString());
        details.put("senders", Integer.toString(links.connected()));
        details.put("strangers", Long.toString(links.strangers()));
        details.put("security", security.toString());
        details.put("refused", Long.toString(security.refusals().count()));
        details.put("stale_bytes", Long.toString(links.staleBytes()));
        Staging memory = staging.memory();
        details.put("staging_bytes", Long.toString(memory.capacity()));
        details.put("staging_free_bytes", Long.toString(memory.freeBytes()));
        details.put("staging_free_ranges", Integer.toString(memory.freeRanges()));
        details.put("staging_segments", Integer.toString(memory.segmentCount()));
        details.put("staging_trouble", memory.trouble());
        details.put("freed", stock.freed());
        details.put("recovered_chunks", Integer.toString(recovered));
        details.put("recovered_bytes", Long.toString(recoveredBytes));
        details.put("recovery_micros", Long.toString(recoveryNanos / 1000));
        details.put("holdings", holdings.present() ? "present" : "absent");
        return details;
    }

    /** @return the transfer ports, in the order of the ranks */
    public List<Integer> initPorts() {
        return initPorts;
    }

    /** @return the ZeroMQ ports, in the order of the ranks */
    public List<Integer> allocPorts() {
        return allocPorts;
    }
}
