package org.kvdock.l2.pd;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.kvdock.l2.pd.channel.spi.Landings;
import org.kvdock.l2.pd.channel.spi.Reach;
import org.kvdock.l2.pd.channel.spi.ReceivingEnd;
import org.kvdock.l2.pd.channel.spi.SendingEnd;
import org.kvdock.l2.pd.channel.spi.TransferChannel;
import org.kvdock.l2.pd.ucx.UcxChannel;

/** The real channel, for tests that put something in front of one of its ends. */
class UcxForwarding implements TransferChannel {
    private final TransferChannel ucx = new UcxChannel();

    @Override
    public String name() {
        return ucx.name();
    }

    @Override
    public Optional<String> obstacle() {
        return ucx.obstacle();
    }

    @Override
    public ReceivingEnd receive(Reach reach, Landings landings, Consumer<IOException> failed) throws IOException {
        return ucx.receive(reach, landings, failed);
    }

    @Override
    public SendingEnd send(Reach reach, byte[] address, Consumer<IOException> failed) throws IOException {
        return ucx.send(reach, address, failed);
    }
}
