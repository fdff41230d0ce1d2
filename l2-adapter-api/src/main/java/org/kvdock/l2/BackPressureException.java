package org.kvdock.l2;

/** A bound on tasks or bytes in flight is reached (R14); submit again after the next completion was fetched. */
public class BackPressureException extends L2Exception {
    private static final long serialVersionUID = 1L;

    private final String bound;
    private final long limit;

    /**
     * @param bound the configuration key of the bound that is reached
     * @param wanted what the bound would have to hold for this task to be accepted
     * @param limit what the bound allows
     */
    public BackPressureException(String bound, long wanted, long limit) {
        super(bound + ": " + wanted + " would be in flight, at most " + limit + " may be");
        this.bound = bound;
        this.limit = limit;
    }

    /** @return the configuration key of the bound that is reached */
    public String bound() {
        return bound;
    }

    /** @return what the bound allows, in its own unit (tasks or bytes) */
    public long limit() {
        return limit;
    }
}
