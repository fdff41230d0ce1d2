package org.kvdock.cli.lab.crash;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What was found to be wrong. For one thread. */
final class Findings {
    /** Kinds of wrong. */
    enum Kind {
        /** Something that a process was told is not in its journal, or a task was never closed. */
        LOST,
        /** Something is there twice that must be there once. */
        DUPLICATED,
        /** The journal adds up to something else than what it should. */
        FOLD,
        /** A process died of itself, or did not do what it was told. */
        BROKEN
    }

    private static final int MOST_TEXTS = 100;

    private final String where;
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private final List<String> texts = new ArrayList<>();
    private String now = "";

    /** @param where begins each text */
    Findings(String where) {
        this.where = where;
    }

    /** @param now comes after where in the texts from now on */
    void now(String now) {
        this.now = now;
    }

    void add(Kind kind, String text) {
        counts.merge(kind, 1L, Long::sum);
        if (texts.size() < MOST_TEXTS) {
            texts.add(where + ", " + now + ": " + kind.name().toLowerCase(java.util.Locale.ROOT) + ": " + text);
        }
    }

    long count(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    boolean none() {
        return counts.isEmpty();
    }

    /** @return the first of them, one line each */
    List<String> texts() {
        return Collections.unmodifiableList(texts);
    }
}
