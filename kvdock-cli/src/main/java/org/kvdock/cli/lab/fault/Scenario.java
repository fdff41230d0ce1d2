package org.kvdock.cli.lab.fault;

import java.util.Locale;

/**
 * One fault at one moment.
 *
 * @param family what kind of fault
 * @param side whose fault it is; where both sides see the same, the one that it is aimed at
 * @param step in which step of a transfer
 * @param channel how the bytes travel
 * @param variant tells scenarios apart that are equal in all of this; empty if there is one
 * @param does what each side does, in a few words
 * @param play lets it happen; the aftermath follows
 */
record Scenario(String family, Side side, Step step, Channel channel, String variant, String does, Play play) {
    /** What happens. */
    @FunctionalInterface
    interface Play {
        void on(Stage stage) throws Exception;
    }

    /** @return a name that no other scenario has */
    String name() {
        return String.join("-", family, lower(side), lower(step), channel.toString()) + (variant.isEmpty() ? "" : "-" + variant);
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
