package org.kvdock.l2.tck;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What came of one test of the kit, as a line of a report.
 *
 * <pre>
 *  number TAB what it is about TAB outcome TAB why, or nothing
 * </pre>
 *
 * @param number the case's number, as {@code 17}, {@code A1} or {@code R16}
 * @param what the rest of the test's name
 * @param outcome what came of it
 * @param why what a failed test said, or why a test was left out; empty for one that passed
 */
record CaseResult(String number, String what, Outcome outcome, String why) {
    private static final Pattern NAME = Pattern.compile("case (\\w+): (.+)");

    /** How a test ends. */
    enum Outcome {
        PASSED("passed"),
        FAILED("FAILED"),
        LEFT_OUT("left out");

        final String word;

        Outcome(String word) {
            this.word = word;
        }

        static Outcome of(String word) {
            for (Outcome outcome : values()) {
                if (outcome.word.equals(word)) {
                    return outcome;
                }
            }
            throw new IllegalArgumentException("outcome: " + word + " is not allowed, must be passed, FAILED or left out");
        }
    }

    /** @return the result of a test of that name; empty if the name has no case number, so that it is not the kit's */
    static Optional<CaseResult> of(String name, Outcome outcome, String why) {
        Matcher parts = NAME.matcher(oneLine(name));
        return parts.matches()
                ? Optional.of(new CaseResult(parts.group(1), parts.group(2), outcome, oneLine(why)))
                : Optional.empty();
    }

    static CaseResult parse(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length != 4) {
            throw new IllegalArgumentException("\"" + line + "\": " + fields.length + " fields, must be 4 with tabs between");
        }
        return new CaseResult(fields[0], fields[1], Outcome.of(fields[2]), fields[3]);
    }

    String line() {
        return String.join("\t", number, what, outcome.word, why);
    }

    private static String oneLine(String text) {
        return String.valueOf(text).replaceAll("\\s+", " ").strip();
    }
}
