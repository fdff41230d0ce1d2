package org.kvdock.l2.pd.sender;

import java.time.Instant;
import java.util.Optional;

/**
 * What a link tells other threads.
 *
 * @param state where it is
 * @param since when it became or ceased to be READY
 * @param nextTry when it connects again, empty unless PAUSED
 * @param channel the channel in use, empty before the first welcome
 * @param epoch the receiver's, 0 before the first welcome
 * @param losses how often it was lost after it had been READY
 */
record LinkStatus(
        LinkState state, Instant since, Optional<Instant> nextTry, Optional<String> channel, long epoch, long losses) {
    static LinkStatus fresh() {
        return new LinkStatus(LinkState.IDLE, Instant.now(), Optional.empty(), Optional.empty(), 0, 0);
    }
}
