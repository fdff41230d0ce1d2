package org.kvdock.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.cli.UsageException;
import org.kvdock.cli.workload.Workload;
import picocli.CommandLine;

class MemoryPlanTest {
    private static final long GIB = 1L << 30;
    private static final long BLOCK = 1 << 20;

    @CommandLine.Command
    private static final class Line {
        @CommandLine.Mixin
        private DemoOptions options;
    }

    @Test
    @DisplayName("both L1s hold everything where memory allows, or where nobody knows")
    void unbounded() throws Exception {
        for (OptionalLong available : new OptionalLong[] {OptionalLong.of(64 * GIB), OptionalLong.empty()}) {
            MemoryPlan plan = plan(available);
            long all = workload().distinctBlocks();
            assertEquals(all, plan.l1Blocks());
            assertEquals(all, plan.decodeL1Blocks());
            assertFalse(plan.l1Bounded() || plan.decodeL1Bounded());
            assertEquals(1, plan.notes().size());
        }
    }

    @Test
    @DisplayName("decode's L1 gives way first, prefill's next, never below some requests; and it is said")
    void bounded() throws Exception {
        long all = workload().distinctBlocks();
        MemoryPlan tight = plan(OptionalLong.of(2 * GIB + (all + all / 2) * BLOCK));
        assertEquals(all, tight.l1Blocks());
        assertFalse(tight.l1Bounded());
        assertTrue(tight.decodeL1Bounded());
        assertEquals(2, tight.notes().size());
        MemoryPlan tighter = plan(OptionalLong.of(2 * GIB + all * BLOCK));
        assertTrue(tighter.l1Bounded() && tighter.decodeL1Bounded());
        assertTrue(tighter.l1Blocks() >= workload().longest());
        assertTrue(tighter.notes().stream().anyMatch(note -> note.contains("hits are those of that capacity")));
        MemoryPlan hopeless = plan(OptionalLong.of(GIB));
        assertTrue(hopeless.decodeL1Blocks() >= workload().longest());
        assertTrue(hopeless.notes().stream().anyMatch(note -> note.contains("may not suffice")));
    }

    @Test
    @DisplayName("where not even the least fits, blocks of that length are refused, unless both L1s were asked for")
    void refused() throws Exception {
        OptionalLong little = OptionalLong.of(GIB / 4);
        DemoOptions left = options();
        UsageException bad =
                assertThrows(UsageException.class, () -> MemoryPlan.of(left, left.workload(), little).check(left, little));
        assertTrue(bad.getMessage().startsWith("--block-bytes: 1048576 is not allowed"), bad.getMessage());
        assertTrue(bad.getMessage().contains("256 MiB are available"), bad.getMessage());
        DemoOptions asked = options("--l1-blocks", "200", "--decode-l1-blocks", "300");
        MemoryPlan.of(asked, asked.workload(), little).check(asked, little);
        MemoryPlan.of(left, left.workload(), OptionalLong.empty()).check(left, OptionalLong.empty());
        OptionalLong plenty = OptionalLong.of(64 * GIB);
        MemoryPlan.of(left, left.workload(), plenty).check(left, plenty);
    }

    @Test
    @DisplayName("what was asked for is kept, and staging holds the longest request twice")
    void asked() throws Exception {
        MemoryPlan plan = plan(OptionalLong.of(GIB), "--l1-blocks", "200", "--decode-l1-blocks", "300");
        assertEquals(200, plan.l1Blocks());
        assertEquals(300, plan.decodeL1Blocks());
        assertTrue(plan.l1Bounded() && plan.decodeL1Bounded());
        assertTrue(plan.stagingBytes() >= 2 * BLOCK * workload().longest());
        assertTrue(plan.stagingBytes() >= 256 << 20);
    }

    @Test
    @DisplayName("several hosts share the memory: each has its share's blocks where that fits, and room for all that comes to it")
    void severalHosts() throws Exception {
        MemoryPlan roomy = plan(OptionalLong.of(64 * GIB), "--prefill", "2", "--decode", "2");
        assertTrue(roomy.l1Blocks() < workload().distinctBlocks() && roomy.decodeL1Blocks() < workload().distinctBlocks());
        assertFalse(roomy.l1Bounded() || roomy.decodeL1Bounded());
        // Room for what decode hosts have at least, 16 of the longest request, and little more.
        long available = 3 * GIB + (2 * roomy.l1Blocks() + 2L * 16 * workload().longest()) * BLOCK;
        MemoryPlan tight = plan(OptionalLong.of(available), "--prefill", "2", "--decode", "2");
        assertFalse(tight.l1Bounded());
        assertTrue(tight.decodeL1Bounded());
        assertTrue(tight.decodeL1Blocks() >= 2 * workload().longest());
    }

    private static MemoryPlan plan(OptionalLong available, String... arguments) throws Exception {
        DemoOptions options = options(arguments);
        return MemoryPlan.of(options, options.workload(), available);
    }

    private static Workload workload() throws Exception {
        return options().workload();
    }

    private static DemoOptions options(String... arguments) {
        Line line = new Line();
        CommandLine command = new CommandLine(line);
        command.parseArgs(arguments);
        DemoOptions options = line.options;
        command.getCommandSpec().findOption("--block-bytes").setValue(BLOCK);
        return options;
    }
}
