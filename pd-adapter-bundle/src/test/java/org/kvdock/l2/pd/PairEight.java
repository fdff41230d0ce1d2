package org.kvdock.l2.pd;

import org.kvdock.l2.L2Adapter;

/** The eight with a sender whose receiver the test starts. */
abstract class PairEight extends RequestedEight {
    private L2Adapter receiver;

    abstract String channel();

    @Override
    final L2Adapter open() {
        receiver = Pd.receiver(16 << 20, new HoldingsRef(), "transfer_channel", channel());
        return Pd.sender(receiver, "transfer_channel", channel());
    }

    @Override
    final void closePeer() {
        receiver.close();
    }

    @Override
    final boolean loadsItsOwn() {
        return false;
    }
}
