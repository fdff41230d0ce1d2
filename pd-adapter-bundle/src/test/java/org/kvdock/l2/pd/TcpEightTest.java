package org.kvdock.l2.pd;

class TcpEightTest extends PairEight {
    @Override
    String channel() {
        return "tcp";
    }
}
