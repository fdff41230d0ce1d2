package org.kvdock.cli.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The counting model against the figures that are published with a real trace, which stays outside of the project. */
class ConversationTraceTest {
    // Tests run in the module's folder, the traces are beside the checkout.
    private static final Path TRACE = Path.of("../../shared/traces/conversation_trace.jsonl");

    @ParameterizedTest
    @DisplayName("the trace's references, hits, residents and evictions are the published ones")
    @CsvSource({
        "12031, 2147483647, 288500, 105710, 182790, 0",
        "12031, 50000, 288500, 102290, 50000, 136210",
        "12031, 30000, 288500, 93967, 30000, 164533",
        "12031, 10000, 288500, 60921, 10000, 217579",
        "12031, 5859, 288500, 39101, 5859, 243540",
        "2000, 2147483647, 54559, 15771, 38788, 0",
        "500, 2147483647, 14162, 2283, 11879, 0"
    })
    void counts(int requests, long capacity, long references, long hits, int resident, long evictions) throws Exception {
        assumeTrue(Files.exists(TRACE), "left out: no trace at " + TRACE);
        Workload workload = TraceReader.read(TRACE, requests);
        assertEquals(references, workload.references());
        StrictPrefixLru model = new StrictPrefixLru(capacity);
        workload.requests().forEach(model::take);
        assertEquals(hits, model.hits());
        assertEquals(resident, model.resident());
        assertEquals(evictions, model.evictions());
    }
}
