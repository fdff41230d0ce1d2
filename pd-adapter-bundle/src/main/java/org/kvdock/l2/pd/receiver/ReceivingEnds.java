package org.kvdock.l2.pd.receiver;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.pd.ChannelChoice;
import org.kvdock.l2.pd.FoundChannels;
import org.kvdock.l2.pd.PdSettings;
import org.kvdock.l2.pd.channel.spi.Landings;
import org.kvdock.l2.pd.channel.spi.Piece;
import org.kvdock.l2.pd.channel.spi.ReceivingEnd;
import org.kvdock.l2.pd.channel.spi.TransferChannel;

/**
 * This receiver's ends of channels that others brought, and the ways in over them. Ends are guarded by this object's
 * monitor; ways are looked up by the channels' threads.
 */
final class ReceivingEnds implements Landings, AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();

    private record Open(TransferChannel channel, ReceivingEnd end) {}

    private final PdSettings settings;
    private final FoundChannels found;
    private final Map<String, Open> ends = new LinkedHashMap<>();
    private final Map<Long, Way> ways = new ConcurrentHashMap<>();
    private String trouble = "";
    private boolean closed;

    ReceivingEnds(PdSettings settings, FoundChannels found) {
        this.settings = settings;
        this.found = found;
    }

    /** @throws BadConfigurationException if the one channel that the settings ask for cannot be opened */
    void open() {
        refresh();
        if (settings.channel() == ChannelChoice.UCX && names().isEmpty()) {
            throw new BadConfigurationException("transfer_channel", "ucx", "possible: " + trouble());
        }
    }

    /**
     * Opens ends of channels that have come, and lets go of those that have gone.
     *
     * @return names of those that have gone
     */
    synchronized List<String> refresh() {
        List<String> gone = new ArrayList<>();
        List<TransferChannel> usable = wanted();
        for (Map.Entry<String, Open> each : List.copyOf(ends.entrySet())) {
            if (!usable.contains(each.getValue().channel())) {
                ends.remove(each.getKey());
                each.getValue().end().close();
                gone.add(each.getKey());
            }
        }
        for (TransferChannel channel : usable) {
            if (!closed && !ends.containsKey(channel.name())) {
                try {
                    ends.put(channel.name(), new Open(channel, channel.receive(settings.reach(), this)));
                    trouble = "";
                } catch (IOException e) {
                    trouble = channel.name() + ": " + e.getMessage();
                }
            }
        }
        return gone;
    }

    private List<TransferChannel> wanted() {
        return switch (settings.channel()) {
            case AUTO -> settings.mayGoUnprotected() ? found.usable() : List.of();
            case UCX -> found.find(settings.channel().wireName()).map(List::of).orElse(List.of());
            default -> List.of();
        };
    }

    /** @return channels that have an open end, in the order in which they came */
    synchronized List<String> names() {
        return List.copyOf(ends.keySet());
    }

    /** @return why the last one could not be opened, empty if it could */
    synchronized String trouble() {
        return trouble;
    }

    /** @return a way in for one sender; empty if the channel has just gone */
    synchronized Optional<Way> join(String channel) {
        return Optional.ofNullable(ends.get(channel)).map(open -> {
            Way way = new Way(RANDOM.nextLong(), open.end().address());
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

    @Override
    public synchronized void close() {
        closed = true;
        ends.values().forEach(open -> open.end().close());
        ends.clear();
    }
}
