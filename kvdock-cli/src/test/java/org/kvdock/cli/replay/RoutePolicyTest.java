package org.kvdock.cli.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.host.DockedAdapter;

class RoutePolicyTest {
    private static final DockedAdapter OTHER = new DockedAdapter(1, "pd", "mock");
    private static final DockedAdapter FIRST = new DockedAdapter(2, "pd-1", "pd");
    private static final DockedAdapter SECOND = new DockedAdapter(3, "pd-2", "pd");

    @Test
    @DisplayName("each request goes to the one sender whose decode host has its turn, in whatever order they were docked")
    void picks() {
        RoutePolicy policy = new RoutePolicy(Map.of("prefills", 2, "decodes", 2));
        List<DockedAdapter> docked = List.of(SECOND, OTHER, FIRST);
        assertEquals(
                List.of(FIRST, FIRST, SECOND, SECOND, FIRST),
                List.of("1", "2", "3", "4", "5").stream().flatMap(id -> policy.targets(id, List.of(), docked).stream()).toList());
    }

    @Test
    @DisplayName("a sender that has left gets nothing, and no other one gets it in its place")
    void gone() {
        RoutePolicy policy = new RoutePolicy(Map.of("prefills", 1, "decodes", 2));
        assertEquals(List.of(), policy.targets("2", List.of(), List.of(FIRST, OTHER)));
    }
}
