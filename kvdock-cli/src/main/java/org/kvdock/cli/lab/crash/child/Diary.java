package org.kvdock.cli.lab.crash.child;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.StateSnapshot;

/**
 * What a process that will be killed says to one that lives on. Each line is one write to a pipe or a file and is not
 * buffered in this process: once a method has returned, SIGKILL cannot take the line back.
 *
 * <pre>
 *  opening                             the journal is about to be opened
 *  ready EPOCH MICROS CPU ABANDONED STATED OFFERED LOCKS    it is open and takes tasks; STATED: keys said to have
 *                                      survived of those that were OFFERED, CPU: what opening took of a processor
 *  do T store BYTES KEYS               thread T is about to call; the same with lookup (0 bytes) and load
 *  do T unlock KEYS | do T delete KEYS | do T pop | do T fetch KIND
 *  do T write KEYS                     thread T is about to write a request to its host
 *  id T ID                             the task was accepted
 *  no T WHY                            the call was refused
 *  got T ID:KIND:OUTCOME:BITS:BYTES:ERROR ...    results were handed out
 *  ok T BITS                           the call is over
 *  saw ID:KIND:OUTCOME:BITS:BYTES:ERROR    a listener was told of a completion
 *  here WHERE                          a thread has come to a place where it may be killed
 *  quiet OPEN UNDELIVERED LOCKS KEYS   nothing is going on, and this is the adapter's own task state
 *  closing, closed                     the adapter is about to be closed; it is
 * </pre>
 *
 * Lists have commas, pairs a colon, and {@code -} stands for an empty one. Safe for all threads.
 */
public final class Diary {
    // Guarded by itself: lines of several threads stay whole.
    private final OutputStream out;

    /** @param out unbuffered: gives each write to the system at once */
    public Diary(OutputStream out) {
        this.out = out;
    }

    private void line(String line) {
        byte[] bytes = (line + '\n').getBytes(StandardCharsets.US_ASCII);
        synchronized (out) {
            try {
                out.write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException("the diary cannot be written", e);
            }
        }
    }

    void opening() {
        line("opening");
    }

    /**
     * @param micros what opening took
     * @param cpuMicros what it took of a processor
     * @param abandoned tasks that opening the journal closed, all of them, as EPOCH/ID
     * @param stated keys that the adapter says it still has
     * @param candidates keys that the journal offered to it
     * @param locksEnded locks that ended with their epoch
     */
    void ready(
            long epoch,
            long micros,
            long cpuMicros,
            List<String> abandoned,
            List<Integer> stated,
            List<Integer> candidates,
            long locksEnded) {
        line("ready " + epoch + " " + micros + " " + cpuMicros + " " + joined(abandoned) + " " + LabKeys.text(stated)
                + " " + LabKeys.text(candidates) + " " + locksEnded);
    }

    void submitting(int thread, TaskKind kind, List<Integer> keys, long bytes) {
        line("do " + thread + " " + name(kind) + " " + bytes + " " + LabKeys.text(keys));
    }

    void accepted(int thread, long id) {
        line("id " + thread + " " + id);
    }

    void refused(int thread, RuntimeException why) {
        line("no " + thread + " " + why.getClass().getSimpleName());
    }

    void unlocking(int thread, List<Integer> keys) {
        line("do " + thread + " unlock " + LabKeys.text(keys));
    }

    void deleting(int thread, List<Integer> keys) {
        line("do " + thread + " delete " + LabKeys.text(keys));
    }

    void writing(int thread, List<Integer> keys) {
        line("do " + thread + " write " + LabKeys.text(keys));
    }

    void popping(int thread) {
        line("do " + thread + " pop");
    }

    void fetching(int thread, TaskKind kind) {
        line("do " + thread + " fetch " + name(kind));
    }

    /** @param results handed out by one call; none is no line */
    void got(int thread, Iterable<TaskResult> results) {
        StringBuilder line = new StringBuilder("got ").append(thread);
        int empty = line.length();
        results.forEach(result -> line.append(' ').append(result(result)));
        if (line.length() > empty) {
            line(line.toString());
        }
    }

    void over(int thread) {
        line("ok " + thread + " -");
    }

    void over(int thread, Bitmap bits) {
        line("ok " + thread + " " + bits(bits));
    }

    void saw(TaskResult result) {
        line("saw " + result(result));
    }

    void here(String where) {
        line("here " + where);
    }

    void quiet(StateSnapshot snapshot) {
        line("quiet " + joined(snapshot.open()) + " " + joined(snapshot.undelivered()) + " "
                + counts(snapshot.locks()) + " " + counts(snapshot.keys()));
    }

    void closing() {
        line("closing");
    }

    void closed() {
        line("closed");
    }

    private static String name(TaskKind kind) {
        return kind.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static String result(TaskResult result) {
        return result.taskId() + ":" + name(result.kind()) + ":" + result.outcome() + ":" + bits(result.bitmap()) + ":"
                + result.bytesMoved() + ":" + result.error();
    }

    /** @return one digit for each bit; {@code -} for none */
    public static String bits(Bitmap bits) {
        return bits.length() == 0 ? "-" : bits.toString();
    }

    private static String joined(Iterable<?> items) {
        StringBuilder text = new StringBuilder();
        items.forEach(item -> text.append(text.length() == 0 ? "" : ",").append(item));
        return text.length() == 0 ? "-" : text.toString();
    }

    private static String counts(java.util.Map<org.kvdock.l2.ObjectKey, Long> counts) {
        StringBuilder text = new StringBuilder();
        counts.forEach((key, count) -> text.append(text.length() == 0 ? "" : ",")
                .append(LabKeys.number(key)).append(':').append(count));
        return text.length() == 0 ? "-" : text.toString();
    }
}
