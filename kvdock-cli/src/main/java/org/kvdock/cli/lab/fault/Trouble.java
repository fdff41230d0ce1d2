package org.kvdock.cli.lab.fault;

/** A scenario did not go as it must. */
final class Trouble extends Exception {
    private static final long serialVersionUID = 1L;

    Trouble(String what) {
        super(what);
    }
}
