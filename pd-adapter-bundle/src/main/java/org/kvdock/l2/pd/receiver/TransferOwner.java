package org.kvdock.l2.pd.receiver;

import java.util.List;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.pd.staging.Arena;

/** Whoever asked for a transfer's slots, and is answered. For the reactor's thread. */
interface TransferOwner {
    /** @return the segments that this owner may write into */
    Arena arena();

    /** @return whether the slots are written where they are, not through the transfer connection */
    boolean writesInPlace();

    /**
     * A grant's slot is about to be verified.
     *
     * @return whether nobody writes into it any more, unless it is written in place
     */
    boolean isWritten(Grant grant);

    /**
     * A grant has ended without a commit.
     *
     * @return whether its slot may still be written into; then the owner gives it back itself, as soon as it is not
     */
    boolean mayStillWrite(Grant grant);

    /** Some keys have a slot, some are here already. */
    void allocated(InboundTransfer transfer, List<Grant> grants, int[] alreadySent);

    /** What is not stored will not be. */
    void refused(InboundTransfer transfer, ErrorCode code, String text);

    /** The transfer is over, whatever came of it; what was decided last may still be answered. */
    void ended(InboundTransfer transfer);

    /** The lease ended. */
    void lapsed(InboundTransfer transfer);
}
