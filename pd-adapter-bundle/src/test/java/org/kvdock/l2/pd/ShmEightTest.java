package org.kvdock.l2.pd;

class ShmEightTest extends PairEight {
    @Override
    String channel() {
        return "shm";
    }
}
