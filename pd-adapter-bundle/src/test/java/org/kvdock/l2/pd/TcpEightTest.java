package org.kvdock.l2.pd;

import org.kvdock.l2.L2Adapter;

class TcpEightTest extends RequestedEight {
    private L2Adapter receiver;

    @Override
    L2Adapter open() {
        receiver = Pd.receiver(16 << 20, new HoldingsRef());
        return Pd.sender(receiver, "transfer_channel", "tcp");
    }

    @Override
    void closePeer() {
        receiver.close();
    }

    @Override
    boolean loadsItsOwn() {
        return false;
    }
}
