package org.kvdock.cli.lab.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.kvdock.cli.lab.crash.Findings.Kind;
import org.kvdock.cli.lab.crash.child.ChildMain;
import org.kvdock.cli.launch.Distribution;
import org.kvdock.journal.chronicle.read.JournalDirectory;

/** Kills one process after the other on one journal, and looks at the journal after each. For one thread. */
final class Chain {
    /** Is told of each kill. */
    interface Listener {
        void killed(KillPlan plan, Death death);
    }

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration LOAD = Duration.ofSeconds(3);
    private static final int KILLED = 137;

    private final List<KillPlan> plans;
    private final Path directory;
    private final Path root;
    private final Findings findings;
    private final JournalCheck check;
    private final Distribution distribution;
    private final Listener listener;
    // The one that runs; closed from another thread when the campaign is interrupted.
    private volatile Victim victim;
    private volatile boolean stopped;
    private int processes;

    /**
     * @param plans its kills
     * @param directory its own, not there yet
     * @param distribution what hosts are started from
     */
    Chain(List<KillPlan> plans, Path directory, Findings findings, Distribution distribution, Listener listener) {
        this.plans = plans;
        this.directory = directory;
        this.root = directory.resolve("journal");
        this.findings = findings;
        this.check = new JournalCheck(JournalDirectory.at(root.resolve(ChildMain.ADAPTER_NAME)), findings);
        this.distribution = distribution;
        this.listener = listener;
    }

    /** @return the last process, which has closed its adapter in good order; null if the chain was stopped before */
    Death run() throws IOException, InterruptedException {
        for (KillPlan plan : plans) {
            if (stopped) {
                return null;
            }
            findings.now("kill " + plan.number() + " (" + plan.text() + ")");
            listener.killed(plan, kill(plan));
        }
        KillPlan last = Schedule.last(plans.get(plans.size() - 1));
        findings.now("the end");
        if (stopped) {
            return null;
        }
        Death death = kill(last);
        if (!stopped) {
            ended(death);
        }
        return death;
    }

    private Death kill(KillPlan plan) throws IOException, InterruptedException {
        boolean fresh = check.books().last() == null;
        int open = check.books().open().size();
        Path own = directory.resolve(String.format("process-%02d", processes++));
        if (plan.point().isHost()) {
            try (HostChild host = HostChild.start(plan, distribution, own, root)) {
                victim = host;
                boolean there = plan.point() == KillPoint.HOST_START || host.awaitReady(START);
                host.awaitTasks(plan.tasks(), LOAD);
                Aim.pause(plan.delayMicros());
                return examine(plan, kill(host, there), fresh);
            }
        }
        try (SmallChild child = SmallChild.start(plan.arguments(root.toString(), open), own, directory.resolve("tmp"))) {
            victim = child;
            return examine(plan, kill(child, new Aim(child, plan, check).await()), fresh);
        }
    }

    private Life kill(Victim child, boolean there) throws IOException, InterruptedException {
        Life life = child.kill();
        if (!stopped) {
            if (!there) {
                findings.add(Kind.BROKEN, "did not get to where it was to be killed; " + child.log());
            }
            if (child.exit() != KILLED) {
                findings.add(Kind.BROKEN, "ended by itself with status " + child.exit() + "; " + child.log());
            }
        }
        life.malformed.forEach(line -> findings.add(Kind.BROKEN, "not a line of a diary: " + line));
        return life;
    }

    private Death examine(KillPlan plan, Life life, boolean fresh) throws IOException {
        EpochBook before = check.books().last();
        check.read();
        Books books = check.books();
        EpochBook own = books.last() == before ? null : books.last();
        if (own != null && own.pid != life.pid) {
            findings.add(Kind.FOLD, "epoch " + own.epoch + " is of process " + own.pid + ", not of " + life.pid);
        }
        if (own != null) {
            boolean keeps = plan.adapterType().equals("keeping");
            LifeCheck.run(life, own, key -> keeps && ChildMain.keeps(key), Map.copyOf(books.locks()), findings);
            if (life.quiet != null) {
                LifeCheck.quiet(life.quiet, books, findings);
            }
        } else if (life.ready != null) {
            findings.add(Kind.LOST, "epoch " + life.ready.epoch() + " took tasks: " + life.accepted.size());
        }
        return Death.of(plan, life, own, fresh, books.open().size());
    }

    /** After the last process has closed its adapter in good order. */
    private void ended(Death death) {
        Books books = check.books();
        if (books.last() == null || !books.last().ended) {
            findings.add(Kind.FOLD, "the journal was closed, and has no end: " + death);
        }
        books.open().forEach(task -> findings.add(Kind.LOST, "task " + task + " was never closed"));
        long tasks = books.epochs().values().stream().mapToLong(epoch -> epoch.tasks.size()).sum();
        long closed = books.epochs().values().stream()
                .flatMap(epoch -> epoch.tasks.values().stream())
                .filter(task -> task.completed != null ^ task.isAbandoned())
                .count();
        if (tasks != closed) {
            findings.add(Kind.FOLD, tasks + " tasks, of which " + closed + " were either completed or abandoned");
        }
    }

    /** @return records that the journal has had */
    long records() {
        return check.books().nextSequence();
    }

    /** Ends what runs; from any thread. */
    void stop() {
        stopped = true;
        Victim running = victim;
        if (running != null) {
            running.close();
        }
    }
}
