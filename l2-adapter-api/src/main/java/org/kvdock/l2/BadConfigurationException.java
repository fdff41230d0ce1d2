package org.kvdock.l2;

/** A configuration value is missing or not allowed; nothing was started. */
public class BadConfigurationException extends L2Exception {
    private static final long serialVersionUID = 1L;

    /** @param message one line that names the key, what was given and what is allowed */
    public BadConfigurationException(String message) {
        super(message);
    }

    /**
     * @param key the configuration key
     * @param given what was configured; printed
     * @param allowed what may be configured, in words
     */
    public BadConfigurationException(String key, Object given, String allowed) {
        this(key + ": " + given + " is not allowed, must be " + allowed);
    }
}
