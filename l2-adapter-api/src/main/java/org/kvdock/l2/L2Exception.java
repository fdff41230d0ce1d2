package org.kvdock.l2;

/**
 * Root of everything that this API throws. A call that throws one has accepted nothing (R3). Messages are one line
 * whatever they quote: what was given may come from a peer or a file, and must not forge lines in a log.
 */
public class L2Exception extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MAX_MESSAGE_CHARS = 1000;

    /** @param message one line that names the field or key, what was given and what is allowed */
    public L2Exception(String message) {
        super(oneLine(message));
    }

    /**
     * @param message one line that names the field or key, what was given and what is allowed
     * @param cause what led here; may be null
     */
    public L2Exception(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    private static String oneLine(String message) {
        if (message == null) {
            return null;
        }
        StringBuilder line = new StringBuilder(Math.min(message.length(), MAX_MESSAGE_CHARS));
        for (int i = 0; i < message.length(); i++) {
            if (line.length() == MAX_MESSAGE_CHARS) {
                return line.append(" ...").toString();
            }
            char c = message.charAt(i);
            boolean breaks = Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
            line.append(breaks ? '\uFFFD' : c);
        }
        return line.toString();
    }
}
