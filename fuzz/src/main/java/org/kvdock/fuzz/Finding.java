package org.kvdock.fuzz;

/** An input for which something did not hold that must. */
public final class Finding extends AssertionError {
    private static final long serialVersionUID = 1L;

    /** @param message what did not hold */
    public Finding(String message) {
        super(message);
    }

    /**
     * @param message what did not hold
     * @param cause what came instead
     */
    public Finding(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * @param held whether it held
     * @param what what must hold
     */
    public static void unless(boolean held, String what) {
        if (!held) {
            throw new Finding(what);
        }
    }
}
