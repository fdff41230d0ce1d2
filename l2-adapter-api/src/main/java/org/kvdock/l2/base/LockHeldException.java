package org.kvdock.l2.base;

import java.io.IOException;
import java.nio.file.Path;

/** Somebody holds the lock on a file already: another process, or another holder in this one. */
public final class LockHeldException extends IOException {
    private static final long serialVersionUID = 1;

    private final String holder;

    LockHeldException(Path file, String holder) {
        super(file + " is locked by " + holder);
        this.holder = holder;
    }

    /** @return for people: "this process", "process 4711", or "another process" where the file does not say which */
    public String holder() {
        return holder;
    }
}
