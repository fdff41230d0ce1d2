package org.kvdock.l2;

/**
 * Makes one line of bounded length of any text. Messages quote what came from peers and files, which must not forge
 * lines in a log, fill it, or give orders to a terminal.
 */
public final class OneLine {
    private static final int MAX_CHARS = 1000;
    private static final String CUT = " ...";

    private OneLine() {}

    /**
     * @param text any text, or null
     * @return the text, cut after {@value #MAX_CHARS} characters, with a replacement character for each one that breaks a
     *     line, controls a terminal, or changes how others are shown; null for null
     */
    public static String of(String text) {
        return of(text, MAX_CHARS);
    }

    /**
     * @param text any text, or null
     * @param mostChars where it is cut; up to four more say that it was
     * @return as above
     */
    public static String of(String text, int mostChars) {
        if (text == null || isOne(text, mostChars)) {
            return text;
        }
        StringBuilder line = new StringBuilder(Math.min(text.length(), mostChars));
        for (int i = 0; i < text.length(); i++) {
            if (line.length() == mostChars) {
                return line.append(CUT).toString();
            }
            line.append(breaks(text.charAt(i)) ? '\uFFFD' : text.charAt(i));
        }
        return line.toString();
    }

    // One that was cut already is not cut again.
    private static boolean isOne(String text, int mostChars) {
        for (int i = 0; i < text.length(); i++) {
            if (breaks(text.charAt(i))) {
                return false;
            }
        }
        return text.length() <= mostChars || text.length() == mostChars + CUT.length() && text.endsWith(CUT);
    }

    private static boolean breaks(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029' || Character.getType(c) == Character.FORMAT;
    }
}
