package org.kvdock.l2.pd;

class TcpTckTest extends PairTck {
    @Override
    String channel() {
        return "tcp";
    }
}
