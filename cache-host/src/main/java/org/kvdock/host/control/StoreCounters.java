package org.kvdock.host.control;

import java.util.concurrent.atomic.LongAdder;
import org.kvdock.host.HostStatus;

/** Written by the store controller's thread and by writers, read by status. */
final class StoreCounters {
    final LongAdder requests = new LongAdder();
    final LongAdder chunks = new LongAdder();
    final LongAdder submitted = new LongAdder();
    final LongAdder completed = new LongAdder();
    final FailureCounts failures = new FailureCounts();
    final LongAdder backPressure = new LongAdder();
    final LongAdder submitFailures = new LongAdder();
    final LongAdder chunksMoved = new LongAdder();
    final LongAdder bytesMoved = new LongAdder();

    HostStatus.Stores read() {
        return new HostStatus.Stores(
                requests.sum(), chunks.sum(), submitted.sum(), completed.sum(), failures.read(), backPressure.sum(),
                submitFailures.sum(), chunksMoved.sum(), bytesMoved.sum());
    }
}
