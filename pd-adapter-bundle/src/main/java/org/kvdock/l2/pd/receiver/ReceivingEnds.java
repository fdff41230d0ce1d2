package org.kvdock.l2.pd.receiver;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.base.Uninterrupted;
import org.kvdock.l2.journal.TimeSource;
import org.kvdock.l2.pd.ChannelChoice;
import org.kvdock.l2.pd.ChannelTrouble;
import org.kvdock.l2.pd.FoundChannels;
import org.kvdock.l2.pd.PdSettings;
import org.kvdock.l2.pd.channel.spi.Landings;
import org.kvdock.l2.pd.channel.spi.Piece;
import org.kvdock.l2.pd.channel.spi.ReceivingEnd;
import org.kvdock.l2.pd.channel.spi.TransferChannel;

/**
 * This receiver's ends of channels that others brought, and the ways in over them. They are opened and closed on a thread
 * beside the reactor's, since both may block; nobody holds a lock meanwhile, so {@code status} and transfers over other
 * channels go on.
 *
 * <table>
 *   <caption>Threads; there is no lock</caption>
 *   <tr><td>{@link #ends}, and each {@link BroughtEnd}</td><td>the side thread's</td></tr>
 *   <tr><td>{@link #open}, {@link #trouble}</td><td>written by the side thread, read by all; what they hold never changes</td></tr>
 *   <tr><td>{@link #ways}</td><td>changed by the reactor's thread, read by the channels' own ones</td></tr>
 *   <tr><td>{@link Events}</td><td>set once, before the reactor starts; told on the side thread</td></tr>
 * </table>
 */
final class ReceivingEnds implements Landings {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long FIRST_NANOS = 30_000_000_000L;

    /** What the adapter is told. On the side thread. */
    interface Events {
        /** What senders may choose, or why not, has changed. */
        void changed();

        /** Senders that came in by this end have to come back. */
        void gone(ReceivingEnd end, String why);
    }

    private record Open(String channel, ReceivingEnd end) {}

    private final PdSettings settings;
    private final FoundChannels found;
    private final SideThread side;
    private final TimeSource time;
    private final List<BroughtEnd> ends = new ArrayList<>();
    private final Map<Long, Way> ways = new ConcurrentHashMap<>();
    private volatile List<Open> open = List.of();
    private volatile List<ChannelTrouble> trouble = List.of();
    private volatile Events events = new Events() {
        @Override
        public void changed() {}

        @Override
        public void gone(ReceivingEnd end, String why) {}
    };

    ReceivingEnds(PdSettings settings, FoundChannels found, SideThread side, TimeSource time) {
        this.settings = settings;
        this.found = found;
        this.side = side;
        this.time = time;
    }

    /**
     * Opens them for the first time, and waits for that.
     *
     * @throws BadConfigurationException if the one channel that the settings ask for cannot be opened
     */
    void open() {
        if (!wanted().isEmpty()) {
            CountDownLatch done = new CountDownLatch(1);
            side.execute(() -> {
                try {
                    refresh();
                } finally {
                    done.countDown();
                }
            });
            Uninterrupted.await(FIRST_NANOS, left -> done.await(left, TimeUnit.NANOSECONDS));
        }
        if (settings.channel() == ChannelChoice.UCX && names().isEmpty()) {
            throw new BadConfigurationException("transfer_channel", "ucx", "possible: "
                    + trouble.stream().map(ChannelTrouble::cause).findFirst().orElse("it has not opened within " + FIRST_NANOS / 1_000_000_000 + " s"));
        }
    }

    /** From now on changes are told. */
    void tell(Events to) {
        events = to;
    }

    /** Channels may have come or gone: their ends are opened and closed, soon. Safe for all threads. */
    void channelsChanged() {
        side.execute(this::refresh);
    }

    private void refresh() {
        List<TransferChannel> there = found.all();
        for (Iterator<BroughtEnd> each = ends.iterator(); each.hasNext();) {
            BroughtEnd end = each.next();
            if (!there.contains(end.channel())) {
                each.remove();
                end.close("has gone");
            }
        }
        for (TransferChannel channel : wanted()) {
            if (ends.stream().noneMatch(end -> end.channel().name().equals(channel.name()))) {
                BroughtEnd end = new BroughtEnd(channel, settings, this, side, time, new BroughtEnd.Events() {
                    @Override
                    public void changed() {
                        publish();
                    }

                    @Override
                    public void gone(ReceivingEnd gone, String why) {
                        events.gone(gone, why);
                    }
                });
                ends.add(end);
                end.open();
            }
        }
        publish();
    }

    // Under auto one that cannot work here is no trouble.
    private List<TransferChannel> wanted() {
        return switch (settings.channel()) {
            case AUTO -> settings.mayGoUnprotected() ? found.usable() : List.of();
            case UCX -> found.all().stream().filter(channel -> channel.name().equals(settings.channel().wireName())).toList();
            default -> List.of();
        };
    }

    // Whoever comes in by an end that is open finds no trouble with it any more.
    private void publish() {
        String only = settings.channel().wireName();
        trouble = settings.channel() == ChannelChoice.UCX && ends.isEmpty()
                ? List.of(new ChannelTrouble(only, found.obstacle(only).orElse("it has just come"), Optional.empty()))
                : ends.stream().flatMap(each -> each.trouble().stream()).toList();
        open = ends.stream()
                .flatMap(each -> each.end().stream().map(end -> new Open(each.channel().name(), end)))
                .toList();
        events.changed();
    }

    /** @return channels that have an open end, in the order in which they came; safe for all threads */
    List<String> names() {
        return open.stream().map(Open::channel).toList();
    }

    /** @return why which ones are not open, and when each is tried again; empty if all are; safe for all threads */
    String trouble() {
        return trouble.stream().map(ChannelTrouble::toString).collect(Collectors.joining("; "));
    }

    /** @return a way in for one sender; empty if the channel has just gone */
    Optional<Way> join(String channel) {
        return open.stream().filter(each -> each.channel().equals(channel)).findFirst().map(each -> {
            Way way = new Way(RANDOM.nextLong(), each.end());
            ways.put(way.number(), way);
            return way;
        });
    }

    /** The sender has gone. */
    void leave(Way way) {
        ways.remove(way.number());
    }

    @Override
    public Optional<Landing> land(Piece piece, long bytes) {
        Way way = ways.get(piece.way());
        OpenSlot slot = way == null ? null : way.slots().get(piece.slot());
        return slot == null ? Optional.empty() : slot.land(piece.offset(), bytes);
    }

    /**
     * Closes them for good, and waits a bounded while for that, also through interrupts.
     *
     * @return whether nothing writes any more; otherwise it holds what it writes into
     */
    boolean close() {
        boolean[] ended = {true};
        boolean ran = side.close(() -> {
            for (BroughtEnd end : ends) {
                ended[0] &= end.close("has closed");
            }
        });
        return ran && ended[0];
    }
}
