package org.kvdock.l2.pd;

import org.junit.jupiter.api.DisplayName;

@DisplayName("PD shm")
class ShmTckTest extends PairTck {
    @Override
    String channel() {
        return "shm";
    }
}
