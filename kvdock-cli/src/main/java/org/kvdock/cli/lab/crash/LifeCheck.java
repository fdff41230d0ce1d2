package org.kvdock.cli.lab.crash;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.kvdock.cli.lab.crash.Findings.Kind;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.TaskKind;

/**
 * Holds what a process said of itself against the epoch that its journal has of it. What it was told must be there.
 * What is there beyond that must be what one of its threads was about to do when it was killed.
 */
final class LifeCheck {
    private final Life life;
    private final EpochBook book;
    private final Findings findings;
    // Hits of lookups that completed and that the process was not told of any more, by key.
    private final Map<Integer, Long> untoldLocks = new HashMap<>();

    private LifeCheck(Life life, EpochBook book, Findings findings) {
        this.life = life;
        this.book = book;
        this.findings = findings;
    }

    /**
     * @param life what the process said
     * @param book its epoch; the books have read the journal to its end
     * @param keptKeys which keys its adapter says survive a restart
     * @param locks the locks that were held at the end of the epoch
     */
    static void run(
            Life life, EpochBook book, java.util.function.IntPredicate keptKeys, Map<Integer, Long> locks, Findings findings) {
        LifeCheck check = new LifeCheck(life, book, findings);
        if (life.ready != null) {
            check.ready(keptKeys);
        }
        check.accepted();
        check.results();
        check.unlocks();
        check.deletions();
        check.written();
        check.locks(locks);
        if (life.closed && !book.ended) {
            findings.add(Kind.FOLD, "the adapter was closed, and its epoch has no end");
        }
    }

    private void ready(java.util.function.IntPredicate keptKeys) {
        Life.Ready told = life.ready;
        same("epoch", book.epoch, told.epoch());
        if (!book.isReady()) {
            findings.add(Kind.LOST, "epoch " + book.epoch + " took tasks, and the journal does not say so");
            return;
        }
        if (told.openMicros() < 0) {
            return;
        }
        Set<String> abandoned = new HashSet<>(told.abandoned());
        if (abandoned.size() != told.abandoned().size()) {
            findings.add(Kind.DUPLICATED, "told twice of an abandoned task: " + Texts.brief(told.abandoned()));
        }
        same("tasks told as abandoned", book.openBefore, abandoned);
        same("keys offered to the adapter", book.candidatesBefore, told.candidates());
        same("locks told as ended", book.locksBefore, told.locksEnded());
        Set<Integer> kept = new HashSet<>(book.candidatesBefore);
        kept.removeIf(key -> !keptKeys.test(key));
        same("keys that the adapter states", kept, told.stated());
        same("keys that the journal has when the adapter is ready", kept, book.keysWhenReady);
    }

    private void accepted() {
        life.acceptedTwice.forEach(id -> findings.add(Kind.DUPLICATED, "id " + name(id) + " was given twice"));
        life.accepted.forEach((id, submit) -> {
            TaskEntry task = book.tasks.get(id);
            if (task == null) {
                findings.add(Kind.LOST, "task " + name(id) + " was accepted: " + submit);
            } else if (!new Call.Submit(task.kind, task.keys, task.bytes).equals(submit)) {
                findings.add(Kind.FOLD, "task " + name(id) + " was " + submit + ", and the journal has another");
            }
        });
        if (life.host) {
            return;
        }
        List<Call> about = new ArrayList<>(life.pending.values());
        book.tasks.forEach((id, task) -> {
            Call made = new Call.Submit(task.kind, task.keys, task.bytes);
            if (!life.accepted.containsKey(id) && !about.remove(made)) {
                findings.add(Kind.FOLD, "task " + name(id) + " was submitted by nobody: " + made);
            }
        });
    }

    private void results() {
        Set<Long> told = new HashSet<>();
        for (Life.Got got : life.got) {
            Result result = got.result();
            if (!told.add(result.id())) {
                findings.add(Kind.DUPLICATED, "the result of task " + name(result.id()) + " was handed out twice");
            }
            TaskEntry task = completed(result);
            if (task != null && !task.isDelivered() && !got.late()) {
                findings.add(Kind.LOST, "the result of task " + name(result.id()) + " was handed out");
            }
        }
        life.saw.forEach(this::completed);
        untold(told);
    }

    private TaskEntry completed(Result result) {
        TaskEntry task = book.tasks.get(result.id());
        // A task that meets a journal that is closed already fails with this, and is abandoned later (R16).
        if (task != null && life.closing && result.error().equals(ErrorCode.JOURNAL_UNAVAILABLE.name())) {
            return null;
        }
        if (task == null || task.completed == null) {
            findings.add(Kind.LOST, "the completion of task " + name(result.id()) + " was seen: " + result);
            return null;
        }
        if (!task.completed.equals(result)) {
            findings.add(Kind.FOLD, "task " + name(result.id()) + " was seen as " + result + ", the journal has " + task.completed);
        }
        return task;
    }

    /** Deliveries without their being told: at most what threads were fetching. */
    private void untold(Set<Long> told) {
        Map<TaskKind, Long> fetches = new HashMap<>();
        for (Call call : life.pending.values()) {
            if (call instanceof Call.Fetch fetch) {
                fetches.merge(fetch.kind(), 1L, Long::sum);
            }
        }
        book.tasks.forEach((id, task) -> {
            if (told.contains(id)) {
                return;
            }
            if (task.kind == TaskKind.LOOKUP && task.completed != null) {
                for (int i = 0; i < task.keys.size(); i++) {
                    if (task.completed.hit(i)) {
                        untoldLocks.merge(task.keys.get(i), 1L, Long::sum);
                    }
                }
            }
            // A pop takes all that are there, the others are asked for one by one.
            if (task.isDelivered() && !life.host) {
                long left = fetches.merge(task.kind, task.kind == TaskKind.STORE ? 0L : -1L, Long::sum);
                if (left < 0 || task.kind == TaskKind.STORE && left == 0) {
                    findings.add(Kind.FOLD, "the result of task " + name(id) + " was delivered to nobody");
                }
            }
        });
    }

    private void unlocks() {
        Map<List<Integer>, Integer> left = new HashMap<>(book.unlocks);
        for (Life.Unlocked unlocked : life.unlocked) {
            if (left.merge(unlocked.keys(), -1, Integer::sum) < 0 && !unlocked.late()) {
                findings.add(Kind.LOST, "keys were unlocked: " + unlocked.keys());
            }
        }
        for (Call call : life.pending.values()) {
            if (call instanceof Call.Unlock unlock) {
                left.merge(unlock.keys(), -1, Integer::sum);
            }
        }
        left.forEach((keys, count) -> {
            if (count > 0 && !life.host) {
                findings.add(Kind.FOLD, "keys were unlocked by nobody: " + keys);
            }
        });
    }

    private void deletions() {
        Map<Integer, Integer> left = new HashMap<>(book.deletions);
        for (Life.Deleted deleted : life.deleted) {
            for (int i = 0; i < deleted.keys().size(); i++) {
                boolean gone = deleted.bits().charAt(i) == '1';
                if (gone && left.merge(deleted.keys().get(i), -1, Integer::sum) < 0 && !deleted.late()) {
                    findings.add(Kind.LOST, "key " + deleted.keys().get(i) + " was deleted");
                }
            }
        }
        for (Call call : life.pending.values()) {
            if (call instanceof Call.Delete delete) {
                delete.keys().forEach(key -> left.merge(key, -1, Integer::sum));
            }
        }
        left.forEach((key, count) -> {
            if (count > 0) {
                findings.add(Kind.FOLD, "key " + key + " was deleted by nobody");
            }
        });
    }

    private void written() {
        for (Life.Written written : life.written) {
            for (int i = 0; i < written.keys().size(); i++) {
                if (written.stored().charAt(i) == '1' && !book.published.contains(written.keys().get(i))) {
                    findings.add(Kind.LOST, "key " + written.keys().get(i) + " was stored");
                }
            }
        }
    }

    /** Locks at the end: what lookups said less what was given back, and at most what nobody was told of more or less. */
    private void locks(Map<Integer, Long> held) {
        if (life.host) {
            return;
        }
        Map<Integer, Long> told = new HashMap<>();
        for (Life.Got got : life.got) {
            Call.Submit submit = life.accepted.get(got.result().id());
            if (got.result().kind() == TaskKind.LOOKUP && submit != null) {
                for (int i = 0; i < submit.keys().size(); i++) {
                    if (got.result().hit(i)) {
                        told.merge(submit.keys().get(i), 1L, Long::sum);
                    }
                }
            }
        }
        life.unlocked.forEach(unlocked -> unlocked.keys().forEach(key -> told.merge(key, -1L, Long::sum)));
        Map<Integer, Long> about = new HashMap<>();
        for (Call call : life.pending.values()) {
            if (call instanceof Call.Unlock unlock) {
                unlock.keys().forEach(key -> about.merge(key, 1L, Long::sum));
            }
        }
        Set<Integer> keys = new HashSet<>(told.keySet());
        keys.addAll(held.keySet());
        for (Integer key : keys) {
            long least = Math.max(0, told.getOrDefault(key, 0L)) - about.getOrDefault(key, 0L);
            long most = Math.max(0, told.getOrDefault(key, 0L)) + untoldLocks.getOrDefault(key, 0L);
            long found = held.getOrDefault(key, 0L);
            if (!life.closing && (found < least || found > most)) {
                findings.add(Kind.FOLD, "key " + key + " has " + found + " locks, must have " + least + " to " + most);
            }
        }
    }

    /** The adapter's own state, told when nothing was going on, against the books at their end (case 103). */
    static void quiet(Life.Quiet told, Books books, Findings findings) {
        LifeCheck check = new LifeCheck(new Life(0, false), books.last(), findings);
        check.same("open tasks, by the adapter", told.open(), own(books.open(), books.last().epoch));
        check.same("results that nobody fetched, by the adapter", told.undelivered(), books.undelivered());
        check.same("locks, by the adapter", told.locks(), books.locks());
        check.same("keys, by the adapter", told.keys(), books.keys());
    }

    private static Set<Long> own(Set<String> open, long epoch) {
        Set<Long> ids = new HashSet<>();
        for (String name : open) {
            String[] both = name.split("/");
            if (Long.parseLong(both[0]) == epoch) {
                ids.add(Long.valueOf(both[1]));
            }
        }
        return ids;
    }

    private void same(String what, Object expected, Object found) {
        if (!Objects.equals(expected, found)) {
            findings.add(Kind.FOLD, what + ": must be " + Texts.brief(expected) + ", is " + Texts.brief(found));
        }
    }

    private String name(long id) {
        return book.epoch + "/" + id;
    }
}
