package org.kvdock.cli.lab.fault;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Trouble with the line that is over before the task's deadline: the store succeeds all the same.
 *
 * @param name of the scenarios
 * @param what happens, for people
 * @param begins makes the trouble, when the frame of the step passes
 * @param time how long it lasts
 * @param ends ends it
 */
record Outage(String name, String what, Function<Stage, Line.Hook> begins, Duration time, Consumer<Line> ends) {
    private static final Duration PATIENT = Duration.ofSeconds(8);

    Scenario at(Step step, Channel channel) {
        return new Scenario(name, Side.SENDER, step, channel, "", what, stage -> {
            stage.deadline(PATIENT).open();
            Stored stored = stage.caught(Line.frame(step, channel), begins.apply(stage));
            stage.last(time);
            ends.accept(stage.line());
            stage.succeeds(stored);
        });
    }
}
