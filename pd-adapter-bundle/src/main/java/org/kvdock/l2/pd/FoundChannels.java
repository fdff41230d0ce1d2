package org.kvdock.l2.pd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.pd.channel.spi.TransferChannel;

/** Channels that others brought, which come and go while adapters stay. Safe for all threads. */
public final class FoundChannels {
    private final List<TransferChannel> channels = new CopyOnWriteArrayList<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** None yet. */
    public FoundChannels() {}

    /** @return those on the class path or module path of this class */
    public static FoundChannels loaded() {
        FoundChannels found = new FoundChannels();
        ServiceLoader.load(TransferChannel.class, FoundChannels.class.getClassLoader()).forEach(found::add);
        return found;
    }

    /** A channel has come. */
    public void add(TransferChannel channel) {
        channels.add(channel);
        listeners.forEach(Runnable::run);
    }

    /** A channel has gone. */
    public void remove(TransferChannel channel) {
        channels.remove(channel);
        listeners.forEach(Runnable::run);
    }

    /**
     * @param listener told of each change, on the thread that makes it
     * @return takes the listener away again
     */
    public Runnable onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** @return the usable channel of that name */
    public Optional<TransferChannel> find(String name) {
        return usable().stream().filter(channel -> channel.name().equals(name)).findFirst();
    }

    /** @return all of them, in the order in which they came */
    public List<TransferChannel> all() {
        return List.copyOf(channels);
    }

    /** @return those that can work on this machine, in the order in which they came */
    public List<TransferChannel> usable() {
        List<TransferChannel> usable = new ArrayList<>();
        for (TransferChannel channel : channels) {
            if (channel.obstacle().isEmpty()) {
                usable.add(channel);
            }
        }
        return usable;
    }

    /** @return why the channel cannot be used, in one line; empty if it can */
    public Optional<String> obstacle(String name) {
        Optional<String> obstacle = Optional.of("its bundle pd-channel-" + name + " is not installed");
        for (TransferChannel channel : channels) {
            if (channel.name().equals(name)) {
                obstacle = channel.obstacle();
            }
        }
        return obstacle;
    }

    /** @throws BadConfigurationException if the channel that the settings insist on cannot be used here */
    void check(PdSettings settings) {
        if (settings.channel() == ChannelChoice.UCX) {
            obstacle(settings.channel().wireName()).ifPresent(why -> {
                throw new BadConfigurationException("transfer_channel", "ucx", "possible: " + why);
            });
        }
    }
}
