package org.kvdock.cli.lab.swap;

/** The ways in which an adapter is exchanged. */
enum SwapKind {
    /** Its bundle is updated in place to another version. */
    UPDATE,
    /** Its bundle is stopped, uninstalled, installed and started. */
    REINSTALL,
    /** Its bundle is stopped and started. */
    RESTART,
    /** Its configuration is changed: the instance goes and another one comes. */
    RECONFIGURE
}
