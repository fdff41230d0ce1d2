package org.kvdock.host.control;

import java.util.concurrent.atomic.LongAdder;
import org.kvdock.host.HostStatus;

/** Written by the prefetch controller's thread and by callers, read by status. */
final class PrefetchCounters {
    final LongAdder requests = new LongAdder();
    final LongAdder chunks = new LongAdder();
    final LongAdder fromL1 = new LongAdder();
    final LongAdder loaded = new LongAdder();
    final LongAdder chunksFailed = new LongAdder();
    final LongAdder submitted = new LongAdder();
    final LongAdder completed = new LongAdder();
    final FailureCounts failures = new FailureCounts();
    final LongAdder backPressure = new LongAdder();
    final LongAdder submitFailures = new LongAdder();
    final LongAdder deadlines = new LongAdder();

    HostStatus.Prefetches read() {
        return new HostStatus.Prefetches(
                requests.sum(), chunks.sum(), fromL1.sum(), loaded.sum(), chunksFailed.sum(), submitted.sum(),
                completed.sum(), failures.read(), backPressure.sum(), submitFailures.sum(), deadlines.sum());
    }
}
