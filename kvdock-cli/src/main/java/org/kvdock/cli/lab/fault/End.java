package org.kvdock.cli.lab.fault;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.kvdock.cli.launch.HostEvent;

/**
 * One life of one side: an actor, and what it has said. Safe for all threads; what was heard is guarded by its monitor.
 * Every wait is bounded.
 */
abstract class End implements AutoCloseable {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    private final Side side;
    private final String name;
    private final Map<Long, HostEvent> answers = new HashMap<>();
    private final Set<Long> unanswered = new HashSet<>();
    private final Map<Long, String> accepted = new LinkedHashMap<>();
    private final Map<Long, HostEvent> completed = new LinkedHashMap<>();
    private final List<String> wrong = new ArrayList<>();
    private HostEvent opened;
    private boolean gone;
    private long nextOrder;
    private volatile boolean retired;

    /** @param name the adapter's, and its journal's */
    End(Side side, String name) {
        this.side = side;
        this.name = name;
    }

    Side side() {
        return side;
    }

    /** @return the adapter's name, and its journal's */
    String name() {
        return name;
    }

    /** Hands it an order. */
    abstract void send(String line);

    /** @return whether it is a process that was killed */
    boolean wasKilled() {
        return false;
    }

    /** @return what it printed beside its events, for people */
    String log() {
        return "";
    }

    /** It has said something. */
    final synchronized void heard(String line) {
        try {
            HostEvent event = HostEvent.parse(line);
            switch (event.name()) {
                case "open" -> opened = event;
                case "answer" -> {
                    unanswered.remove(event.number("order"));
                    answers.put(event.number("order"), event);
                }
                case "accepted" -> {
                    if (accepted.put(event.number("id"), event.text("kind")) != null) {
                        wrong.add("task id " + event.number("id") + " was given twice");
                    }
                }
                case "completed" -> {
                    if (completed.put(event.number("id"), event) != null) {
                        wrong.add("task " + event.number("id") + " completed twice");
                    }
                }
                default -> wrong.add("it says " + line);
            }
        } catch (IOException e) {
            wrong.add("it says " + line);
        }
        notifyAll();
    }

    /** It says nothing any more. */
    final synchronized void ended() {
        gone = true;
        notifyAll();
    }

    private synchronized <T> T await(String what, Duration within, Supplier<T> value) throws Trouble, InterruptedException {
        long end = System.nanoTime() + within.toNanos();
        for (T found = value.get(); ; found = value.get()) {
            if (found != null) {
                return found;
            }
            long left = end - System.nanoTime();
            if (gone || left <= 0) {
                throw new Trouble(name() + (gone ? " has ended before " : " has not said in " + within.toMillis() + " ms ") + what + log());
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    /** Waits until the adapter takes tasks; once more for whoever has waited. */
    final End awaitOpen() throws Trouble, InterruptedException {
        await("that it is open", ANSWER_WITHIN, () -> opened);
        return this;
    }

    /** @return a port of the receiver's, after {@link #awaitOpen} */
    final synchronized int port(String which) {
        return Integer.parseInt(opened.text(which).replaceAll("[\\[\\]]", ""));
    }

    /**
     * Gives an order.
     *
     * @return its number
     */
    final long order(String order) {
        long number;
        synchronized (this) {
            number = nextOrder++;
            unanswered.add(number);
        }
        send(number + " " + order);
        return number;
    }

    /** Gives an order and waits for its answer. */
    final HostEvent ask(String order) throws Trouble, InterruptedException {
        return answer(order(order));
    }

    /** @return the answer to an order */
    final HostEvent answer(long number) throws Trouble, InterruptedException {
        return await("what comes of order " + number, ANSWER_WITHIN, () -> answers.get(number));
    }

    /** Stores blocks: accepted when this returns. */
    final Stored store(long first, int count, int bytes) throws Trouble, InterruptedException {
        HostEvent answer = ask("store " + first + " " + count + " " + bytes);
        if (!answer.text("refused").isEmpty()) {
            throw new Trouble("a store was not accepted: " + answer.text("refused"));
        }
        return new Stored(this, answer.number("id"), first, count);
    }

    /** @return how a task ended */
    final HostEvent completion(long id, Duration within) throws Trouble, InterruptedException {
        return await("how task " + id + " ended", within, () -> completed.get(id));
    }

    /** @return whether it has said how a task ended */
    final synchronized boolean hasCompleted(long id) {
        return completed.containsKey(id);
    }

    /** Waits until every task that was accepted has completed. */
    final void awaitAll(Duration within) throws Trouble, InterruptedException {
        await("how all of its tasks ended", within, () -> completed.keySet().containsAll(accepted.keySet()) ? true : null);
    }

    /** @return tasks that it was told of as accepted */
    final synchronized int acceptedCount() {
        return accepted.size();
    }

    /** @return orders without an answer: each may have been carried out or not */
    final synchronized int unansweredCount() {
        return unanswered.size();
    }

    /** @return what must not have been said */
    final synchronized List<String> wrong() {
        return List.copyOf(wrong);
    }

    /** @return how its tasks ended, in that order */
    final synchronized List<HostEvent> completions() {
        return List.copyOf(completed.values());
    }

    /** Closes its adapter in good order, after a look at its account. Nothing is asked of it any more. */
    final void retire() throws Trouble, InterruptedException {
        if (retired) {
            return;
        }
        HostEvent totals = ask("totals");
        long count = totals.number("accepted");
        if (count != acceptedCount()
                || count != totals.number("completed")
                || count != totals.number("signalled")
                || totals.number("strange") != 0) {
            throw new Trouble(name + " was told of " + acceptedCount() + " accepted tasks, its own account: " + totals.numbers());
        }
        if (!totals.text("threads_gone").isEmpty()) {
            throw new Trouble(name + " has lost threads: " + totals.text("threads_gone"));
        }
        ask("close");
        retired = true;
    }

    /** Ends it if it lives. May be called again. */
    @Override
    public abstract void close();

    /** Ends it at once, in the middle of whatever it does. May be called again, from any thread. */
    abstract void abort();
}
