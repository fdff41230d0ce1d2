package org.kvdock.l2.pd;

class ShmTckTest extends PairTck {
    @Override
    String channel() {
        return "shm";
    }
}
