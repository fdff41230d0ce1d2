package org.kvdock.l2.pd.wire;

/** Makes what a peer may have put into a text fit for a log, a terminal and a status. */
public final class HarmlessText {
    private static final int MOST_CHARS = 300;

    private HarmlessText() {}

    /** @return the text in one line of printable ASCII, cut if it is long */
    public static String of(String text) {
        String clipped = text.length() <= MOST_CHARS ? text : text.substring(0, MOST_CHARS) + "...";
        return clipped.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
