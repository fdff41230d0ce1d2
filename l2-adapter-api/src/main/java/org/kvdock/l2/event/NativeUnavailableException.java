package org.kvdock.l2.event;

/**
 * There is no native library that fits. The message is one line that names the platform, what was found and what is
 * allowed. In OSGi this does not happen: the API bundle does not resolve without a fragment that fits.
 */
public final class NativeUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NativeUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
