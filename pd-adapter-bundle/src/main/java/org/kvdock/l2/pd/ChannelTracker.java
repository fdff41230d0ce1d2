package org.kvdock.l2.pd;

import org.kvdock.l2.pd.channel.spi.TransferChannel;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Transfer channels that are services. A tracker rather than a reference of the component: what is there already is known
 * before the adapter is made, and what goes takes no adapter with it.
 */
final class ChannelTracker extends ServiceTracker<TransferChannel, TransferChannel> {
    private final FoundChannels found = new FoundChannels();

    ChannelTracker(BundleContext context) {
        super(context, TransferChannel.class, null);
        open();
    }

    FoundChannels found() {
        return found;
    }

    @Override
    public TransferChannel addingService(ServiceReference<TransferChannel> reference) {
        TransferChannel channel = super.addingService(reference);
        if (channel != null) {
            found.add(channel);
        }
        return channel;
    }

    @Override
    public void removedService(ServiceReference<TransferChannel> reference, TransferChannel channel) {
        found.remove(channel);
        super.removedService(reference, channel);
    }
}
