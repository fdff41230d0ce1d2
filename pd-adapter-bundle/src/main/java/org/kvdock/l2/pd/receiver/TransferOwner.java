package org.kvdock.l2.pd.receiver;

import org.kvdock.l2.ErrorCode;

/** Whoever asked for a transfer's slots, and is answered. For the reactor's thread. */
interface TransferOwner {
    /** Some keys have a slot, some are here already. */
    void allocated(InboundTransfer transfer, int[] indexes, long[] slots, int[] alreadySent);

    /** What is not stored will not be. */
    void refused(InboundTransfer transfer, ErrorCode code, String text);

    /** The transfer is over, whatever came of it; what was decided last may still be answered. */
    void ended(InboundTransfer transfer);

    /** The lease ended. */
    void lapsed(InboundTransfer transfer);
}
