package org.kvdock.l2.pd.sender;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.kvdock.l2.AdapterStatus;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.base.L2AdapterBase;
import org.kvdock.l2.base.LoadTask;
import org.kvdock.l2.base.LookupTask;
import org.kvdock.l2.base.StoreTask;
import org.kvdock.l2.base.Task;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;
import org.kvdock.l2.pd.ChannelTrouble;
import org.kvdock.l2.pd.FoundChannels;
import org.kvdock.l2.pd.PdSettings;
import org.kvdock.l2.pd.net.Reactor;
import org.kvdock.l2.pd.security.Security;
import org.kvdock.l2.pd.zmq.CacheQueries;
import org.kvdock.l2.pd.zmq.ProxyPush;
import org.kvdock.l2.pd.zmq.ZmqLoop;

/**
 * The prefill side: a store pushes its chunks into the receiver's staging, a lookup asks the receiver what it holds
 * (without a lock), a load gives nothing. A key of KV rank r goes over the link of rank {@code r mod ranks}. Nothing is
 * contacted before the first task.
 *
 * <p>Not final for one reason: the test kit's adapters put trouble in front of its moves, which nobody but a subclass sees.
 */
public class PdSender extends L2AdapterBase<Void> {
    private static final int LINGER_MILLIS = 500;

    private final Reactor reactor;
    private final ZmqLoop loop;
    private final List<PeerLink> links = new ArrayList<>();
    private final List<CacheQueries> queries = new ArrayList<>();
    private final Optional<ProxyPush> proxy;
    private final Security security;
    private final RequestTracker requests;
    private final AtomicLong nextTransfer = new AtomicLong();
    private final Map<Long, StoreJob> jobs = new ConcurrentHashMap<>();
    private final Map<Long, Runnable> lookups = new ConcurrentHashMap<>();

    /** Where it throws, for want of file descriptors for one, nothing is left behind. */
    public PdSender(
            String name, PdSettings settings, Security security, FoundChannels found, TaskJournal journal, TimeSource time) {
        // One worker, which only hands over: the receiver is asked in the order of the submits, so that of two stores of
        // one key the first moves it.
        super(name, "pd", settings.base().withWorkers(1), journal, time);
        this.security = security;
        try {
            reactor = new Reactor(name, e -> reportOutage(ErrorCode.INTERNAL, e.toString()));
            loop = new ZmqLoop(name, LINGER_MILLIS, e -> reportOutage(ErrorCode.INTERNAL, e.toString()));
            proxy = settings.proxy().map(address -> new ProxyPush(loop, security, address, settings.proxyAcknowledges()));
            requests = new RequestTracker(new RequestTracker.Outcome() {
                @Override
                public void arrived(String requestId) {
                    proxy.ifPresent(push -> push.arrived(requestId));
                }

                @Override
                public void failed(String requestId, String error) {
                    proxy.ifPresent(push -> push.failed(requestId, error));
                    reactor.execute(() -> links.forEach(link -> link.cancelRequest(requestId)));
                }
            });
            InetAddress host = settings.peerHost().orElseThrow();
            long session = new SecureRandom().nextLong();
            for (int rank = 0; rank < settings.initPorts().size(); rank++) {
                links.add(new PeerLink(
                        reactor,
                        settings,
                        security,
                        new ChannelOffers(settings, found, time),
                        new InetSocketAddress(host, settings.initPorts().get(rank)),
                        new Greeting(name, session, rank),
                        new PeerLink.Events() {
                            @Override
                            public void outage(ErrorCode code, String text) {
                                reportOutage(code, text);
                            }

                            @Override
                            public void recovered() {
                                reportRecovered();
                            }
                        }));
                queries.add(new CacheQueries(loop, security, host, settings.allocPorts().get(rank)));
            }
            reactor.start();
            loop.start();
            start();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    @Override
    protected void store(StoreTask task) {
        boolean notifying = task.context().isPresent() && task.context().get().lastBatch();
        if (task.size() == 0 && !notifying) {
            task.complete();
            return;
        }
        StoreJob job = new StoreJob(task);
        byRank(task.keys()).forEach((rank, positions) ->
                job.add(links.get(rank), new Transfer(nextTransfer.getAndIncrement(), task, positions)));
        jobs.put(task.id(), job);
        reactor.execute(job::start);
        // It may have ended before it was in the table.
        if (task.isDecided()) {
            abandon(task.id());
        }
    }

    private Map<Integer, int[]> byRank(List<ObjectKey> keys) {
        Map<Integer, List<Integer>> positions = new TreeMap<>();
        for (int i = 0; i < keys.size(); i++) {
            int rank = Math.floorMod(keys.get(i).kvRank(), links.size());
            positions.computeIfAbsent(rank, r -> new ArrayList<>()).add(i);
        }
        if (positions.isEmpty()) {
            // An empty last batch: one link tells the receiver.
            positions.put(0, List.of());
        }
        Map<Integer, int[]> result = new LinkedHashMap<>();
        positions.forEach((rank, list) -> result.put(rank, list.stream().mapToInt(Integer::intValue).toArray()));
        return result;
    }

    private void abandon(long taskId) {
        StoreJob job = jobs.remove(taskId);
        if (job != null) {
            reactor.execute(job::abandon);
        }
    }

    @Override
    protected void completed(Task task, TaskResult result) {
        if (task instanceof StoreTask store) {
            abandon(task.id());
            store.context().ifPresent(context -> requests.completed(context, store.size(), result));
        } else if (task instanceof LookupTask) {
            Runnable withdrawal = lookups.remove(task.id());
            if (withdrawal != null) {
                withdrawal.run();
            }
        }
    }

    @Override
    protected void lookup(LookupTask task) {
        Map<Integer, int[]> ranks = byRank(task.keys());
        if (task.size() == 0) {
            task.complete();
            return;
        }
        AtomicInteger left = new AtomicInteger(ranks.size());
        List<Runnable> withdrawals = new ArrayList<>();
        ranks.forEach((rank, positions) -> {
            List<ObjectKey> keys = new ArrayList<>();
            for (int position : positions) {
                keys.add(task.keys().get(position));
            }
            CacheQueries link = queries.get(rank);
            CacheQueries.Query query = link.ask(keys, held -> {
                for (int index : held) {
                    task.heldElsewhere(positions[index]);
                }
                if (left.decrementAndGet() == 0) {
                    task.complete();
                }
            });
            withdrawals.add(() -> link.withdraw(query));
        });
        Runnable withdrawal = () -> withdrawals.forEach(Runnable::run);
        lookups.put(task.id(), withdrawal);
        if (task.isDecided() && lookups.remove(task.id()) != null) {
            withdrawal.run();
        }
    }

    @Override
    protected void load(LoadTask task) {
        // A sender holds nothing: every bit stays zero.
        task.complete();
    }

    @Override
    protected void stopMoving() {
        if (reactor != null) {
            reactor.execute(() -> links.forEach(PeerLink::close));
            reactor.close();
        }
        if (loop != null) {
            loop.close();
        }
    }

    @Override
    protected Optional<AdapterStatus.Peer> peer() {
        // The worst link speaks for all of them.
        PeerLink worst = links.get(0);
        for (PeerLink link : links) {
            if (link.status().state() != LinkState.READY && worst.status().state() == LinkState.READY) {
                worst = link;
            }
        }
        LinkStatus status = worst.status();
        return Optional.of(new AdapterStatus.Peer(
                worst.address().toString(), status.state() == LinkState.READY, status.since(), status.nextTry()));
    }

    @Override
    protected Map<String, String> details() {
        Map<String, String> details = new HashMap<>();
        details.put("role", "sender");
        details.put("channel", links.stream()
                .map(link -> link.status().channel().orElse("none yet"))
                .distinct()
                .collect(Collectors.joining(", ")));
        details.put("channel_trouble", links.stream()
                .flatMap(link -> link.channelTrouble().stream())
                .map(ChannelTrouble::toString)
                .distinct()
                .collect(Collectors.joining("; ")));
        details.put("links", links.stream().map(link -> link.status().state().name()).collect(Collectors.joining(", ")));
        details.put("security", security.toString());
        details.put("links_lost", Long.toString(links.stream().mapToLong(link -> link.status().losses()).sum()));
        proxy.ifPresent(push -> details.put("proxy", push.counts()));
        return details;
    }
}
