package org.kvdock.l2.pd.receiver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RequestNameTest {
    private static final int PAIRS = 15;

    // "Aa" and "BB" have one hash code, and so has whatever is made of them in the same places.
    private static List<RequestName> colliding() {
        List<RequestName> names = new ArrayList<>();
        for (int bits = 0; bits < 1 << PAIRS; bits++) {
            StringBuilder id = new StringBuilder();
            for (int i = 0; i < PAIRS; i++) {
                id.append((bits >>> i & 1) == 0 ? "Aa" : "BB");
            }
            names.add(new RequestName("sender", id.toString()));
        }
        return names;
    }

    @Test
    @DisplayName("R15: names of requests that a sender has chosen to have one hash code are found by their order")
    void collisions() {
        List<RequestName> names = colliding();
        List<RequestName> again = colliding();
        assertEquals(names.get(0).hashCode(), names.get(names.size() - 1).hashCode());
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Map<RequestName, Integer> map = new HashMap<>();
        long begin = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < names.size(); i++) {
            map.put(names.get(i), i);
        }
        for (int i = 0; i < names.size(); i++) {
            assertEquals(i, map.get(again.get(i)));
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(threads.getCurrentThreadCpuTime() - begin);
        System.out.println(names.size() + " names: " + millis + " ms of a processor");
        // A few dozen milliseconds; without an order each one is looked for among half of all of them, which takes many seconds.
        assertTrue(millis < 1500, millis + " ms");
    }
}
