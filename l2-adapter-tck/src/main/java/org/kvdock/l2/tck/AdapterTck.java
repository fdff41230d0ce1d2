package org.kvdock.l2.tck;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.kvdock.l2.journal.TaskJournals;

/**
 * The contract as tests. Extend it, say in {@link #open} how your adapter is made, and every case of the kit runs:
 *
 * <pre>{@code
 * class MyAdapterTest extends AdapterTck {
 *     @Override
 *     protected TestedAdapter open(Map<String, Object> settings, TaskJournals journals) {
 *         L2Adapter adapter = new MyAdapterFactory().create("mine", settings, journals);
 *         return () -> adapter;
 *     }
 * }
 * }</pre>
 *
 * Each test's display name begins with its case number. {@code -Dkvdock.tck.scale=1} runs the stress cases at full
 * length, {@code -Dkvdock.tck.report=DIR} writes one line for each case.
 */
@ExtendWith(CaseReport.class)
public abstract class AdapterTck
        implements EightCases,
                EventFdCases,
                BlockingCases,
                LookupCases,
                MoveCases,
                ShapeCases,
                CloseCases,
                DrainCases,
                FaultCases,
                AcceptCases,
                LimitCases,
                KeeperCases,
                JournalCases,
                RestartCases,
                LeaseCases,
                StressCases {
    private final KitBench bench = new KitBench(this::open);

    /** For the test engine. */
    protected AdapterTck() {}

    /**
     * Makes a fresh adapter that holds nothing; called several times in a test. It must have room for 64 MiB.
     *
     * @param settings keys of {@link org.kvdock.l2.base.AdapterSettings} that the test needs; add what your adapter needs
     * @param journals where the adapter opens its journal, by the name that it then reports
     * @return the adapter; the kit closes it
     */
    protected abstract TestedAdapter open(Map<String, Object> settings, TaskJournals journals) throws Exception;

    @Override
    public final KitBench bench() {
        return bench;
    }

    @AfterEach
    final void closeWhatTheTestOpened() {
        bench.close();
    }
}
