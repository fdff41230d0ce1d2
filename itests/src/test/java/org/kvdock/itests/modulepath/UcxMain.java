package org.kvdock.itests.modulepath;

import java.io.IOException;
import java.util.Optional;
import java.util.ServiceLoader;
import org.kvdock.l2.pd.channel.spi.Reach;
import org.kvdock.l2.pd.channel.spi.ReceivingEnd;
import org.kvdock.l2.pd.channel.spi.TransferChannel;

/** Finds the channel ucx, says its module, and opens an end, for which the native half is loaded. */
public final class UcxMain {

    private UcxMain() {
    }

    /** @param args none */
    public static void main(String[] args) throws IOException {
        TransferChannel channel = ServiceLoader.load(TransferChannel.class).findFirst().orElseThrow();
        System.out.println(channel.getClass().getModule().getName() + " " + channel.name());
        try (ReceivingEnd end = channel.receive(Reach.THIS_MACHINE, (piece, bytes) -> Optional.empty(), failed -> {})) {
            System.out.println("open " + (end.address().length > 0));
        }
        System.exit(0);
    }
}
