package org.kvdock.cli.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RoutesTest {
    private final Workload whole = SyntheticWorkload.make(3, 60);

    @Test
    @DisplayName("every request has one prefill and one decode host, shares keep the order, and every pair of hosts has work")
    void shares() {
        for (int prefills = 1; prefills <= 4; prefills++) {
            for (int decodes = 1; decodes <= 4; decodes++) {
                Routes routes = new Routes(prefills, decodes);
                Set<String> pairs = new HashSet<>();
                for (List<Workload> shares : List.of(routes.prefillShares(whole), routes.decodeShares(whole))) {
                    assertEquals(whole.requests().size(), shares.stream().mapToInt(share -> share.requests().size()).sum());
                    shares.forEach(share -> assertTrue(share.requests().size() >= 60 / 4 - 4, routes.toString()));
                }
                for (int host = 0; host < prefills; host++) {
                    List<Request> requests = routes.prefillShares(whole).get(host).requests();
                    for (int i = 0; i < requests.size(); i++) {
                        assertEquals(host, routes.prefill(requests.get(i).line()));
                        assertEquals(i, routes.position(requests.get(i).line()));
                        pairs.add(host + " " + routes.decode(requests.get(i).line()));
                    }
                }
                assertEquals(prefills * decodes, pairs.size(), routes.toString());
            }
        }
    }

    @Test
    @DisplayName("names of hosts and adapters differ; of a pair they have no numbers")
    void names() {
        assertEquals(List.of("prefill"), Routes.PAIR.prefillNames());
        assertEquals(List.of("pd"), Routes.PAIR.adapterNames());
        Routes routes = new Routes(2, 3);
        assertEquals(2 + 3 + 3, Stream.of(routes.prefillNames(), routes.decodeNames(), routes.adapterNames())
                .flatMap(List::stream).distinct().count());
    }
}
