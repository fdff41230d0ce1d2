package org.kvdock.cli.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.cli.workload.Routes;

class RoundRobinProxyTest {
    private final List<String> outcomes = new ArrayList<>();
    private final RoundRobinProxy proxy = new RoundRobinProxy(new Routes(2, 3), 12, new RoundRobinProxy.Outcome() {
        @Override
        public void handOver(int decode, int line) {
            outcomes.add(line + " to " + decode);
        }

        @Override
        public void failed(int line) {
            outcomes.add(line + " failed");
        }
    });

    @Test
    @DisplayName("requests go to the decode hosts in turn, in whatever order they arrive, each when it arrives")
    void inTurn() {
        List.of("12", "1", "2", "3", "5", "7").forEach(this::arrived);
        assertEquals(List.of("12 to 2", "1 to 0", "2 to 0", "3 to 1", "5 to 2", "7 to 0"), outcomes);
    }

    @Test
    @DisplayName("a request is handed over once, a failed one never, and nobody's request not at all")
    void once() {
        arrived("4");
        arrived("4");
        proxy.told(new ProxyMessage("4", true));
        proxy.told(new ProxyMessage("6", true));
        arrived("6");
        List.of("0", "13", "-1", "six", "99999999999").forEach(this::arrived);
        assertEquals(List.of("4 to 1", "6 failed"), outcomes);
    }

    private void arrived(String requestId) {
        proxy.told(new ProxyMessage(requestId, false));
    }
}
