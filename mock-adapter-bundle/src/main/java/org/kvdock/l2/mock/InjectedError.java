package org.kvdock.l2.mock;

/** An {@link Error} that was asked for by {@code error_rate}: a worker must outlive it (R3). */
public final class InjectedError extends Error {
    private static final long serialVersionUID = 1L;

    InjectedError(String message) {
        super(message);
    }
}
