package org.kvdock.host.control;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.TaskResult;

/** Results without success, by cause. Safe for all threads. */
final class FailureCounts {
    private final Map<ErrorCode, LongAdder> byCause = new EnumMap<>(ErrorCode.class);

    FailureCounts() {
        for (ErrorCode cause : ErrorCode.values()) {
            byCause.put(cause, new LongAdder());
        }
    }

    void count(TaskResult result) {
        if (!result.success()) {
            byCause.get(result.error()).increment();
        }
    }

    Map<ErrorCode, Long> read() {
        Map<ErrorCode, Long> counted = new EnumMap<>(ErrorCode.class);
        byCause.forEach((cause, count) -> {
            long sum = count.sum();
            if (sum > 0) {
                counted.put(cause, sum);
            }
        });
        return counted;
    }
}
