package org.kvdock.l2.tck.broken;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.journal.TaskJournals;

/**
 * One thing that a broken adapter does wrong.
 *
 * @param rule the rule that it breaks
 * @param what what it does, in words
 * @param caughtBy the kit's test methods that must fail for it
 * @param settings what it makes of its configuration
 * @param journals what it makes of its journal
 * @param wall what stands between its callers and a good adapter
 */
record Breakage(
        String rule,
        String what,
        List<String> caughtBy,
        UnaryOperator<Map<String, Object>> settings,
        UnaryOperator<TaskJournals> journals,
        UnaryOperator<L2Adapter> wall) {

    static Breakage wall(String rule, String what, String caughtBy, UnaryOperator<L2Adapter> wall) {
        return new Breakage(rule, what, List.of(caughtBy.split(" ")), UnaryOperator.identity(), UnaryOperator.identity(), wall);
    }

    static Breakage journal(String rule, String what, String caughtBy, UnaryOperator<TaskJournals> journals) {
        return new Breakage(
                rule, what, List.of(caughtBy.split(" ")), UnaryOperator.identity(), journals, UnaryOperator.identity());
    }

    static Breakage setting(String rule, String what, String caughtBy, String key, Object value) {
        UnaryOperator<Map<String, Object>> put = settings -> {
            settings.put(key, value);
            return settings;
        };
        return new Breakage(
                rule, what, List.of(caughtBy.split(" ")), put, UnaryOperator.identity(), UnaryOperator.identity());
    }

    @Override
    public String toString() {
        return rule + ": " + what;
    }
}
