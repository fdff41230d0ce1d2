package org.kvdock.l2.pd;

import org.junit.jupiter.api.DisplayName;

@DisplayName("PD tcp")
class TcpTckTest extends PairTck {
    @Override
    String channel() {
        return "tcp";
    }
}
