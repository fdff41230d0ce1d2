package org.kvdock.l2;

/**
 * Makes one line of bounded length of any text. Messages quote what came from peers and files, which must not forge
 * lines in a log or fill it.
 */
final class OneLine {
    private static final int MAX_CHARS = 1000;

    private OneLine() {}

    /** @return the text with a replacement character for each control or line break character; null for null */
    static String of(String text) {
        if (text == null || isOne(text)) {
            return text;
        }
        StringBuilder line = new StringBuilder(Math.min(text.length(), MAX_CHARS));
        for (int i = 0; i < text.length(); i++) {
            if (line.length() == MAX_CHARS) {
                return line.append(" ...").toString();
            }
            line.append(breaks(text.charAt(i)) ? '\uFFFD' : text.charAt(i));
        }
        return line.toString();
    }

    private static boolean isOne(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (breaks(text.charAt(i))) {
                return false;
            }
        }
        return text.length() <= MAX_CHARS + 4;
    }

    private static boolean breaks(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }
}
