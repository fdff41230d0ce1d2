package org.kvdock.l2.mock;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.TaskJournals;
import org.kvdock.l2.tck.AdapterTck;
import org.kvdock.l2.tck.TestedAdapter;

/** The mock adapter keeps the contract. */
@DisplayName("mock")
class MockTckTest extends AdapterTck {
    @Override
    protected TestedAdapter open(Map<String, Object> settings, TaskJournals journals) {
        return new Tested(new MockAdapterFactory().create("mock", settings, journals));
    }

    private record Tested(MockAdapter mock) implements TestedAdapter {
        @Override
        public L2Adapter storing() {
            return mock;
        }

        @Override
        public boolean stall(TaskKind kind) {
            return inject(kind, 0, 0, true);
        }

        @Override
        public boolean fail(TaskKind kind) {
            return inject(kind, 1, 0, false);
        }

        @Override
        public boolean crash(TaskKind kind) {
            return inject(kind, 0, 1, false);
        }

        // One kind of trouble at a time; a second stall is for one kind more.
        private boolean inject(TaskKind kind, double failureRate, double errorRate, boolean stuck) {
            Set<TaskKind> kinds = EnumSet.of(kind);
            if (stuck && mock.faults().stuck()) {
                kinds.addAll(mock.faults().kinds());
            }
            mock.setFaults(new Faults(
                    0, kinds, Duration.ZERO, LatencyShape.FIXED, Duration.ZERO, failureRate, errorRate, stuck, List.of(), 0,
                    0));
            return true;
        }

        @Override
        public void heal() {
            mock.setFaults(Faults.NONE);
        }
    }
}
