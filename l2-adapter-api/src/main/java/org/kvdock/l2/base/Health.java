package org.kvdock.l2.base;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.kvdock.l2.AdapterStatus.LastError;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.TimeSource;

/** What status tells about how things go (R13). All fields are guarded by this object's monitor. */
final class Health {
    private final TimeSource time;
    private final Map<ErrorCode, Long> failures = new EnumMap<>(ErrorCode.class);
    private final Map<TaskKind, Long> bytesMoved = new EnumMap<>(TaskKind.class);
    private boolean healthy = true;
    private Instant since;
    private Optional<LastError> lastError = Optional.empty();

    Health(TimeSource time) {
        this.time = time;
        this.since = now();
        for (TaskKind kind : TaskKind.values()) {
            bytesMoved.put(kind, 0L);
        }
    }

    /** @return what was thrown, in words; also for a throwable that cannot say so itself */
    static String textOf(Throwable thrown) {
        try {
            return String.valueOf(thrown);
        } catch (RuntimeException | Error e) {
            return thrown.getClass().getName();
        }
    }

    /** Runs what must not cost anything else, whatever it throws. */
    void quietly(Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            failed(e, false);
        }
    }

    /** A failure that is not a task's. */
    void failed(Throwable thrown, boolean unhealthy) {
        failed(
                thrown instanceof JournalUnavailableException ? ErrorCode.JOURNAL_UNAVAILABLE : ErrorCode.INTERNAL,
                textOf(thrown),
                unhealthy);
    }

    /** @param unhealthy whether the outage goes on until {@link #recovered()} or a success */
    synchronized void failed(ErrorCode code, String text, boolean unhealthy) {
        failures.merge(code, 1L, Long::sum);
        lastError = Optional.of(new LastError(code, text, now()));
        if (unhealthy) {
            set(false);
        }
    }

    synchronized void recovered() {
        set(true);
    }

    synchronized void completed(TaskResult result) {
        if (result.bytesMoved() > 0) {
            bytesMoved.merge(result.kind(), result.bytesMoved(), Long::sum);
        }
        if (result.outcome() == TaskOutcome.SUCCESS) {
            // An empty or pure lookup proves nothing about the way to L2.
            if (result.bytesMoved() > 0) {
                set(true);
            }
        } else {
            failed(result.error(), result.errorText(), result.outcome() != TaskOutcome.CANCELLED);
        }
    }

    private void set(boolean now) {
        if (healthy != now) {
            healthy = now;
            since = now();
        }
    }

    private Instant now() {
        return Instant.EPOCH.plus(time.wallMicros(), ChronoUnit.MICROS);
    }

    synchronized boolean healthy() {
        return healthy;
    }

    synchronized Instant since() {
        return since;
    }

    synchronized Optional<LastError> lastError() {
        return lastError;
    }

    synchronized Map<ErrorCode, Long> failures() {
        return new EnumMap<>(failures);
    }

    synchronized Map<TaskKind, Long> bytesMoved() {
        return new EnumMap<>(bytesMoved);
    }
}
