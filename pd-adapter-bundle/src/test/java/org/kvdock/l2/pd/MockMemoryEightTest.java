package org.kvdock.l2.pd;

import org.kvdock.l2.L2Adapter;

class MockMemoryEightTest extends RequestedEight {
    @Override
    L2Adapter open() {
        return Pd.adapter(
                Pd.config("role", "sender", "transfer_channel", "mock_memory", "buffer_size", 16 << 20), new HoldingsRef());
    }

    @Override
    boolean loadsItsOwn() {
        return true;
    }
}
