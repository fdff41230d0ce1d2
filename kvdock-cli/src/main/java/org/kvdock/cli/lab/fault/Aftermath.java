package org.kvdock.cli.lab.fault;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.kvdock.cli.launch.HostEvent;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.l2.journal.TaskState;

/**
 * What must hold after every scenario, whatever it was: accepted = completed, each once, by each side's own account and
 * by its journal; what is visible is what was sent, whole, and what was told as stored is visible; no task past its
 * deadline; the next task succeeds; no lock and no slot is held past its lease.
 */
final class Aftermath {
    private final Stage stage;

    private Aftermath(Stage stage) {
        this.stage = stage;
    }

    /** @throws Trouble if something does not hold; the stage is closed in any case */
    static void check(Stage stage) throws Exception {
        stage.line().heal();
        Aftermath aftermath = new Aftermath(stage);
        aftermath.completions();
        aftermath.sweep();
        aftermath.nextTask();
        aftermath.nothingHeld();
        for (End end : stage.lives()) {
            if (!end.wasKilled()) {
                end.retire();
            }
            if (!end.wrong().isEmpty()) {
                throw new Trouble(end.name() + ": " + end.wrong());
            }
        }
        stage.close();
        aftermath.deadlines();
        aftermath.journals();
    }

    private void completions() throws Exception {
        for (End end : stage.lives()) {
            if (!end.wasKilled()) {
                end.awaitAll(stage.deadline().plus(Stage.SLACK));
            }
        }
    }

    private void sweep() throws Exception {
        HostEvent seen = stage.receiver().ask("sweep " + stage.bytes());
        if (!seen.text("refused").isEmpty()) {
            throw new Trouble("what is visible could not be read: " + seen.text("refused"));
        }
        Set<Long> visible = new HashSet<>();
        for (String block : seen.text("seen").split(" ")) {
            if (!block.isEmpty()) {
                visible.add(Long.valueOf(block));
            }
        }
        if (seen.number("wrong") > 0) {
            throw new Trouble(seen.number("wrong") + " visible blocks have wrong bytes: " + seen.text("seen"));
        }
        if (seen.number("unread") > 0 && !stage.isTampered()) {
            throw new Trouble(seen.number("unread") + " visible blocks could not be loaded: " + seen.text("seen"));
        }
        for (long block : visible) {
            if (!stage.blocks().isOurs(block)) {
                throw new Trouble("a key is visible that nobody has stored");
            }
        }
        Set<Long> missing = stage.blocks().expected();
        missing.removeAll(visible);
        if (!missing.isEmpty() && !stage.isTampered()) {
            throw new Trouble("blocks were told as stored and are not visible: " + missing);
        }
        stage.note(visible.size() + " blocks visible and whole");
    }

    private void nextTask() throws Exception {
        Stored next = stage.store();
        HostEvent done = next.end().completion(next.id(), stage.deadline().plus(Stage.SLACK));
        if (!done.text("outcome").equals("SUCCESS")) {
            throw new Trouble("the next store ended as " + Stage.brief(done) + ": " + done.text("text"));
        }
        HostEvent got = stage.read(next.first(), next.count());
        if (!Stage.all(got, "right")) {
            throw new Trouble("the next store's blocks were read as " + got.texts());
        }
        stage.note("next store " + done.number("millis") + " ms");
    }

    private void nothingHeld() throws Exception {
        Duration within = Stage.LOCK_LEASE.plus(Stage.SLACK);
        stage.await("all of staging to be free", Side.RECEIVER, within, status ->
                status.number("staging_bytes") > 0
                        && status.number("staging_free_bytes") == status.number("staging_bytes")
                        && status.number("objects") == 0);
        for (Side side : Side.values()) {
            stage.await("no lock and no open task", side, within, status ->
                    status.number("locks") == 0 && status.number("in_flight") == 0);
        }
    }

    private void deadlines() throws Trouble {
        for (End end : stage.lives()) {
            for (HostEvent done : end.completions()) {
                Duration deadline = done.text("kind").equals("STORE") ? stage.deadline() : Stage.DEADLINE;
                if (done.number("millis") > deadline.plus(stage.allowance()).plus(Stage.SLACK).toMillis()) {
                    throw new Trouble(end.name() + "'s task " + done.number("id") + " took " + done.number("millis")
                            + " ms, its deadline was " + deadline.toMillis());
                }
            }
        }
    }

    private void journals() throws Exception {
        Map<String, List<End>> byName = stage.lives().stream().collect(Collectors.groupingBy(End::name));
        for (Map.Entry<String, List<End>> lives : byName.entrySet()) {
            journal(
                    stage.journals().resolve(lives.getKey()),
                    lives.getValue().stream().mapToLong(End::acceptedCount).sum(),
                    lives.getValue().stream().mapToLong(End::unansweredCount).sum());
        }
    }

    private static void journal(Path directory, long accepted, long unknown) throws Exception {
        for (JournalDirectory journal : JournalDirectory.find(directory)) {
            JournalFold fold = JournalFold.of(journal, JournalFold.Limit.NONE, JournalFold.Progress.NONE);
            TaskState state = fold.state();
            TaskState.Counters counters = state.counters();
            boolean right = fold.damages().isEmpty()
                    && state.gaps() == 0
                    && state.strays() == 0
                    && state.openTasks().isEmpty()
                    && state.locks().isEmpty()
                    && counters.submitted() == counters.completed() + counters.abandoned()
                    && counters.submitted() >= accepted
                    && counters.submitted() <= accepted + unknown;
            if (!right) {
                throw new Trouble(directory.getFileName() + "'s journal: " + accepted + " tasks were accepted; submitted "
                        + counters.submitted() + ", completed " + counters.completed() + ", abandoned " + counters.abandoned()
                        + ", open " + state.openTasks().size() + ", locks " + state.locks().size() + ", gaps " + state.gaps()
                        + ", strays " + state.strays() + ", damages " + fold.damages());
            }
        }
    }
}
