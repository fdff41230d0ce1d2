package org.kvdock.l2.pd.receiver;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.base.L2AdapterBase;
import org.kvdock.l2.base.LoadTask;
import org.kvdock.l2.base.ObjectIndex;
import org.kvdock.l2.base.StoreTask;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;
import org.kvdock.l2.pd.HoldingsRef;
import org.kvdock.l2.pd.PdSettings;
import org.kvdock.l2.pd.net.Reactor;
import org.kvdock.l2.pd.staging.Slot;
import org.kvdock.l2.pd.staging.Staging;
import org.kvdock.l2.pd.zmq.AllocPort;
import org.kvdock.l2.pd.zmq.ZmqLoop;

/**
 * The decode side: senders write into its staging, lookups lock what is committed, loads copy it out. A store on it is a
 * success with 0 bytes and every bit set: what its host has is already on this side of the transfer, so there is nothing
 * to move. When staging is freed says {@link Keeping}.
 */
public final class PdReceiver extends L2AdapterBase<Slot> {
    private static final long LONGEST_TICK_NANOS = 100_000_000;

    private final PdSettings settings;
    private final HoldingsRef holdings;
    private final Staging staging;
    private final Reactor reactor;
    private final ZmqLoop loop;
    private final Keeping keeping;
    private final Desk desk;
    private final Links links;
    private final List<Integer> initPorts;
    private final List<Integer> allocPorts;

    /**
     * @throws BadConfigurationException if a port is taken or there is no memory for staging; nothing is left behind
     */
    public PdReceiver(String name, PdSettings settings, HoldingsRef holdings, TaskJournal journal, TimeSource time) {
        super(name, "pd", settings.base(), journal, time);
        this.settings = settings;
        this.holdings = holdings;
        this.reactor = new Reactor(name, e -> reportOutage(ErrorCode.INTERNAL, e.toString()));
        this.loop = new ZmqLoop(name, 0, e -> reportOutage(ErrorCode.INTERNAL, e.toString()));
        try {
            this.staging = staging(settings.bufferBytes());
            this.keeping = new Keeping(
                    index(), staging, holdings, settings.lease().toNanos(), settings.requestLease().toNanos(), this::roomFreed);
            Admission admission = new Admission(index(), staging, holdings, keeping);
            this.desk = new Desk(index(), staging, admission, keeping, settings.lease().toNanos());
            long epoch = new SecureRandom().nextLong();
            this.links = new Links(reactor, settings, desk, keeping, epoch, staging.capacity());
            InetAddress host = settings.peerHost().orElseThrow();
            this.initPorts = links.listen(host);
            AllocPort allocPort = new AllocPort(loop, new Strangers(index(), holdings, reactor, desk, keeping));
            this.allocPorts = allocPort.listen(host, settings.allocPorts());
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
        holdings.setReader(new HoldingsRef.Reader() {
            @Override
            public void read(String requestId) {
                onDesk(() -> keeping.read(requestId));
            }

            @Override
            public void hostGone() {
                onDesk(keeping::hostGone);
            }
        });
        reactor.execute(() -> reactor.every(tickNanos(), this::tick));
        reactor.start();
        loop.start();
        start();
    }

    private static Staging staging(long bytes) {
        try {
            return Staging.inMemory(bytes);
        } catch (OutOfMemoryError e) {
            throw new BadConfigurationException(
                    "buffer_size", bytes, "what this process may take outside its heap (" + e.getMessage() + ")");
        }
    }

    private long tickNanos() {
        return Math.max(1_000_000, Math.min(LONGEST_TICK_NANOS, settings.lease().toNanos() / 10));
    }

    private void tick() {
        long now = System.nanoTime();
        desk.tick(now);
        links.tick(now);
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
                Slot slot = pin.value();
                if (task.write(i, view -> view.put(slot.view()))) {
                    task.loaded(i, pin.bytes());
                    if (locked) {
                        slot.markLoaded();
                    }
                }
            }
            if (locked && !index().isLocked(key)) {
                // Unlocked meanwhile, when the pin kept it.
                unlocked.add(key);
            }
        }
        task.complete();
        if (!unlocked.isEmpty()) {
            onDesk(() -> keeping.free(unlocked));
        }
    }

    @Override
    protected void unlockedToZero(List<ObjectKey> keys) {
        onDesk(() -> keeping.free(keys));
    }

    @Override
    protected void removed(ObjectIndex.Removed<Slot> removed) {
        onDesk(() -> {
            keeping.forget(removed.key());
            staging.give(removed.value());
            desk.roomFreed();
        });
    }

    @Override
    protected void stopMoving() {
        reactor.close();
        loop.close();
    }

    @Override
    protected long capacityBytes() {
        return staging.capacity();
    }

    @Override
    protected Map<String, String> details() {
        Map<String, String> details = new HashMap<>();
        details.put("role", "receiver");
        details.put("channel", "tcp");
        details.put("epoch", Long.toHexString(links.epoch()));
        details.put("peer_init_port", initPorts.toString());
        details.put("peer_alloc_port", allocPorts.toString());
        details.put("senders", Integer.toString(links.connected()));
        details.put("strangers", Long.toString(links.strangers()));
        details.put("stale_bytes", Long.toString(links.staleBytes()));
        details.put("staging_bytes", Long.toString(staging.capacity()));
        details.put("staging_free_bytes", Long.toString(staging.freeBytes()));
        details.put("staging_free_ranges", Integer.toString(staging.freeRanges()));
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
