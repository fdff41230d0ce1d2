package org.kvdock.l2;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An adapter's health at one moment (R13). Taken without stopping anything, so its numbers may be a few tasks apart.
 *
 * @param name the adapter instance's name
 * @param type the adapter's type, for example {@code pd}
 * @param phase open, draining or closed
 * @param epoch the journal epoch that names this instance's tasks
 * @param healthy whether the last thing that can tell went well
 * @param since when {@code healthy} last changed
 * @param lastError the last failure, empty if there was none
 * @param inFlight accepted and not completed, by kind; every kind has an entry
 * @param unfetched completed tasks whose result nobody has fetched
 * @param failures tasks that did not succeed, by cause; causes without a failure are left out
 * @param bytesMoved bytes really moved, by kind; every kind has an entry
 * @param locksHeld locks that lookups took and nobody gave back
 * @param objects keys that this adapter holds itself
 * @param bytesStored bytes of these
 * @param peer the other end, empty for adapters without one
 * @param details what only this type of adapter can tell, for example its transfer channel; never null
 */
public record AdapterStatus(
        String name,
        String type,
        Phase phase,
        long epoch,
        boolean healthy,
        Instant since,
        Optional<LastError> lastError,
        Map<TaskKind, InFlight> inFlight,
        int unfetched,
        Map<ErrorCode, Long> failures,
        Map<TaskKind, Long> bytesMoved,
        long locksHeld,
        long objects,
        long bytesStored,
        Optional<Peer> peer,
        Map<String, String> details) {

    public AdapterStatus {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(phase, "phase");
        inFlight = Map.copyOf(inFlight);
        failures = Map.copyOf(failures);
        bytesMoved = Map.copyOf(bytesMoved);
        details = Map.copyOf(details);
    }

    /** Where an adapter is in its life (R11); it only moves down this list. */
    public enum Phase {
        OPEN, DRAINING, CLOSED
    }

    /**
     * @param code the cause
     * @param text one line for people
     * @param at when
     */
    public record LastError(ErrorCode code, String text, Instant at) {}

    /**
     * @param tasks how many
     * @param oldest age of the oldest, zero if there is none
     */
    public record InFlight(int tasks, Duration oldest) {}

    /**
     * @param address where the peer is, for people
     * @param connected whether it can be reached now
     * @param since when that last changed
     * @param nextTry when the next try to connect is made, empty while connected
     */
    public record Peer(String address, boolean connected, Instant since, Optional<Instant> nextTry) {}
}
