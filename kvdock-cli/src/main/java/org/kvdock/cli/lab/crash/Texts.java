package org.kvdock.cli.lab.crash;

/** Texts for people. */
final class Texts {
    private static final int MOST_CHARS = 300;

    private Texts() {}

    /** @return the thing as text, cut if it is long */
    static String brief(Object thing) {
        String text = String.valueOf(thing);
        return text.length() <= MOST_CHARS ? text : text.substring(0, MOST_CHARS) + "... (" + text.length() + " characters)";
    }
}
