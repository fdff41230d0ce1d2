package org.kvdock.cli.lab.crash;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.kvdock.cli.lab.crash.Findings.Kind;
import org.kvdock.cli.lab.crash.child.LabKeys;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.journal.JournalRecord;

/**
 * This campaign's own account of one journal, kept apart from the fold that it checks: every record is entered, and one
 * that contradicts the ones before is a finding. It relies on adapters that write keys and locks to the journal in the
 * order in which they change, as those of the base do that hold their objects themselves. For one thread.
 */
final class Books {
    private final Findings findings;
    private final TreeMap<Long, EpochBook> epochs = new TreeMap<>();
    private final Map<Integer, Long> keys = new HashMap<>();
    private final Map<Integer, Long> candidates = new HashMap<>();
    private final Map<Integer, Long> locks = new HashMap<>();
    // Tasks that have neither completed nor been abandoned, as EPOCH/ID.
    private final Set<String> open = new TreeSet<>();
    private EpochBook now;
    private long nextSequence;
    private long delivered;

    Books(Findings findings) {
        this.findings = findings;
    }

    /** Enters the next record. */
    void enter(JournalRecord record) {
        long sequence = record.header().sequence();
        if (sequence != nextSequence) {
            findings.add(
                    sequence > nextSequence ? Kind.LOST : Kind.DUPLICATED,
                    "record " + sequence + " where record " + nextSequence + " must be");
        }
        nextSequence = sequence + 1;
        if (record instanceof JournalRecord.EpochStart start) {
            epochStart(start);
            return;
        }
        if (now == null || record.header().epoch() != now.epoch) {
            findings.add(Kind.FOLD, record + ": not of the epoch that was started last");
            return;
        }
        now.records++;
        if (now.ended && !(record instanceof JournalRecord.Checkpoint)) {
            findings.add(Kind.FOLD, record + ": after the end of its epoch");
        }
        if (record instanceof JournalRecord.Submitted submitted) {
            submitted(submitted);
        } else if (record instanceof JournalRecord.Completed completed) {
            completed(completed);
        } else if (record instanceof JournalRecord.Delivered delivery) {
            delivery.taskIds().forEach(id -> delivered(id, sequence));
        } else if (record instanceof JournalRecord.Abandoned gone) {
            abandoned(gone);
        } else if (record instanceof JournalRecord.Unlocked unlocked) {
            unlocked(unlocked);
        } else if (record instanceof JournalRecord.KeyPublished published) {
            published(published);
        } else if (record instanceof JournalRecord.KeyRemoved removed) {
            removed(removed);
        } else if (record instanceof JournalRecord.LeaseEnded lease) {
            findings.add(Kind.FOLD, lease + ": no lease is so short");
        } else if (record instanceof JournalRecord.EpochReady) {
            ready();
        } else if (record instanceof JournalRecord.EpochEnd) {
            now.ended = true;
        }
    }

    private void epochStart(JournalRecord.EpochStart start) {
        long epoch = start.header().epoch();
        if (!epochs.isEmpty() && epoch <= epochs.lastKey()) {
            findings.add(Kind.DUPLICATED, "epoch " + epoch + " is started after epoch " + epochs.lastKey());
        }
        candidates.putAll(keys);
        keys.clear();
        long held = locks.values().stream().mapToLong(Long::longValue).sum();
        locks.clear();
        now = new EpochBook(epoch, start.pid(), Set.copyOf(open), Set.copyOf(candidates.keySet()), held);
        now.records++;
        epochs.put(epoch, now);
    }

    private void submitted(JournalRecord.Submitted task) {
        TaskEntry entry = new TaskEntry(task.kind(), LabKeys.numbers(task.keys()), task.bytes());
        if (now.tasks.putIfAbsent(task.taskId(), entry) != null) {
            findings.add(Kind.DUPLICATED, "task " + now.epoch + "/" + task.taskId() + " is submitted twice");
        }
        open.add(now.epoch + "/" + task.taskId());
    }

    private void completed(JournalRecord.Completed task) {
        TaskEntry entry = now.tasks.get(task.taskId());
        String name = now.epoch + "/" + task.taskId();
        if (entry == null || entry.kind != task.kind() || entry.keys.size() != task.bitmap().length()) {
            findings.add(Kind.FOLD, task + ": no such task was submitted");
            return;
        }
        if (!entry.isOpen()) {
            findings.add(Kind.DUPLICATED, "task " + name + " is completed after its end");
            return;
        }
        entry.completed = Result.of(task);
        open.remove(name);
        if (task.locking()) {
            lock(entry, task);
        }
    }

    private void lock(TaskEntry entry, JournalRecord.Completed task) {
        for (int i = 0; i < entry.keys.size(); i++) {
            Integer key = entry.keys.get(i);
            boolean hit = task.bitmap().test(i);
            if (task.outcome() == TaskOutcome.SUCCESS && hit != keys.containsKey(key)) {
                findings.add(Kind.FOLD, task + ": key " + key + (hit ? " is not there" : " is there"));
            }
            if (hit) {
                locks.merge(key, 1L, Long::sum);
            }
        }
    }

    private void delivered(long id, long sequence) {
        delivered++;
        TaskEntry entry = now.tasks.get(id);
        if (entry == null || entry.completed == null) {
            findings.add(Kind.FOLD, "task " + now.epoch + "/" + id + " is delivered and has not completed");
        } else if (entry.isDelivered()) {
            findings.add(Kind.DUPLICATED, "task " + now.epoch + "/" + id + " is delivered twice");
        } else {
            entry.deliveredAt = sequence;
        }
    }

    private void abandoned(JournalRecord.Abandoned gone) {
        now.abandonments++;
        String name = gone.taskEpoch() + "/" + gone.taskId();
        EpochBook epoch = epochs.get(gone.taskEpoch());
        TaskEntry entry = epoch == null ? null : epoch.tasks.get(gone.taskId());
        if (entry == null || entry.kind != gone.kind() || gone.taskEpoch() >= now.epoch) {
            findings.add(Kind.FOLD, gone + ": no such task was submitted before");
        } else if (!entry.isOpen()) {
            findings.add(Kind.DUPLICATED, "task " + name + " is abandoned after its end");
        } else {
            entry.abandonedAt = gone.header().sequence();
            open.remove(name);
        }
    }

    private void unlocked(JournalRecord.Unlocked unlocked) {
        List<Integer> numbers = LabKeys.numbers(unlocked.keys());
        now.unlocks.merge(numbers, 1, Integer::sum);
        Bitmap effective = unlocked.effective();
        for (int i = 0; i < numbers.size(); i++) {
            boolean held = locks.containsKey(numbers.get(i));
            if (held != effective.test(i)) {
                findings.add(Kind.FOLD, unlocked + ": key " + numbers.get(i) + (held ? " is locked" : " is not locked"));
            }
            if (held) {
                locks.merge(numbers.get(i), -1L, (a, b) -> a + b == 0 ? null : a + b);
            }
        }
    }

    private void published(JournalRecord.KeyPublished published) {
        Integer key = known(published.key());
        if (keys.put(key, published.bytes()) != null) {
            findings.add(Kind.DUPLICATED, published + ": was there already");
        }
        candidates.remove(key);
        now.published.add(key);
    }

    private void removed(JournalRecord.KeyRemoved removed) {
        Integer key = known(removed.key());
        if (keys.remove(key) == null) {
            findings.add(Kind.FOLD, removed + ": was not there");
        }
        if (locks.containsKey(key)) {
            findings.add(Kind.FOLD, removed + ": was locked");
        }
        if (removed.reason() == RemovalReason.DELETED) {
            now.deletions.merge(key, 1, Integer::sum);
        }
    }

    private Integer known(ObjectKey key) {
        int number = LabKeys.number(key);
        if (number < 0) {
            findings.add(Kind.FOLD, key + ": a key that nobody stored");
        }
        return number;
    }

    private void ready() {
        if (now.isReady()) {
            findings.add(Kind.DUPLICATED, "epoch " + now.epoch + " is ready twice");
        }
        Set<String> left = new TreeSet<>(open);
        left.removeIf(name -> name.startsWith(now.epoch + "/"));
        left.forEach(name -> findings.add(
                Kind.LOST, "task " + name + " is neither completed nor abandoned when epoch " + now.epoch + " is ready"));
        now.keysWhenReady = Set.copyOf(keys.keySet());
        candidates.clear();
    }

    /** @return epochs by their number */
    TreeMap<Long, EpochBook> epochs() {
        return epochs;
    }

    /** @return the epoch that was started last; null before the first */
    EpochBook last() {
        return now;
    }

    long nextSequence() {
        return nextSequence;
    }

    Set<String> open() {
        return open;
    }

    Map<Integer, Long> keys() {
        return keys;
    }

    Map<Integer, Long> candidates() {
        return candidates;
    }

    Map<Integer, Long> locks() {
        return locks;
    }

    long delivered() {
        return delivered;
    }

    /** @return ids of the last epoch's tasks that completed and were not delivered */
    Set<Long> undelivered() {
        Set<Long> ids = new HashSet<>();
        now.tasks.forEach((id, task) -> {
            if (task.completed != null && !task.isDelivered()) {
                ids.add(id);
            }
        });
        return ids;
    }
}
