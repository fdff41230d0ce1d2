package org.kvdock.l2.pd.channel.spi;

/** Who takes part in a transfer. */
public enum Reach {
    /** Processes of this machine alone: nothing is opened to others. */
    THIS_MACHINE,
    /** Other machines too; the operator has said that this may go without protection. */
    OTHER_MACHINES
}
