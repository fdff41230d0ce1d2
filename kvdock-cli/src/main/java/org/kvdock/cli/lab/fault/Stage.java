package org.kvdock.cli.lab.fault;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.kvdock.cli.launch.HostEvent;
import org.kvdock.l2.ErrorCode;

/**
 * Where one scenario happens: a sender and a receiver with short deadlines and leases, the line between them, and what
 * was stored and told so far. For the scenario's thread, but {@link #abort}.
 */
final class Stage implements AutoCloseable {
    /** How long reserved room outlives its sender's last sign of life. */
    static final Duration LEASE = Duration.ofMillis(800);
    /** Longest lock. */
    static final Duration LOCK_LEASE = Duration.ofMillis(2000);
    /** Time between signs of life; a link is given up after three without an answer. */
    static final Duration HEARTBEAT = Duration.ofMillis(150);
    /** Deadline of every task where a scenario does not say another one. */
    static final Duration DEADLINE = Duration.ofMillis(3000);
    /** What a busy machine may take longer than a bound says. */
    static final Duration SLACK = Duration.ofMillis(2000);

    private static final int[] CHUNK_BYTES = {128_000, 192_000, 320_000};
    private static final int MOST_CHUNKS = 7;
    private static final int LEAST_CHUNKS = 4;
    private static final int MOST_COLD = 3;

    private final Scenario scenario;
    private final Path place;
    private final KeyRing keys;
    private final Random random;
    private final Line line;
    private final int count;
    private final int bytes;
    private final Cast cast;
    private final List<String> notes = new ArrayList<>();
    private final Blocks blocks = new Blocks();
    private Duration deadline = DEADLINE;
    private Duration allowance = Duration.ZERO;
    private boolean tampered;

    /**
     * @param place a directory of its own
     * @param random draws sizes and moments
     */
    Stage(Scenario scenario, Path place, KeyRing keys, Random random) throws IOException {
        this.scenario = scenario;
        this.place = place;
        this.keys = keys;
        this.random = random;
        String tag = Long.toHexString(random.nextLong());
        this.count = LEAST_CHUNKS + random.nextInt(MOST_CHUNKS - LEAST_CHUNKS + 1);
        this.bytes = CHUNK_BYTES[random.nextInt(CHUNK_BYTES.length)];
        this.line = new Line(scenario.channel() != Channel.TLS);
        this.cast = new Cast(place, keys, scenario.channel(), line, tag);
    }

    static String millis(Duration time) {
        return Long.toString(time.toMillis());
    }

    // ---- before it begins ----

    /** Has this side live in a process of its own. */
    Stage child(Side side) {
        return child(side, 0);
    }

    /** As above, with few file descriptors. */
    Stage child(Side side, int mostDescriptors) {
        cast.child(side, mostDescriptors);
        return this;
    }

    /** A store's deadline, other than {@link #DEADLINE}. */
    Stage deadline(Duration time) {
        deadline = time;
        return this;
    }

    /** Sets a key of one side's configuration; empty for none. */
    Stage set(Side side, String key, String value) {
        cast.configuration(side).put(key, value);
        return this;
    }

    /** Has a link outlive its silence for longer than a store of 2 s, however busy the machine is. */
    Stage patientLink() {
        for (Side side : Side.values()) {
            set(side, "heartbeat_ms", "700");
            set(side, "reservation_lease_ms", "3000");
        }
        return this;
    }

    /** @return a directory of this stage's own that is not there yet */
    Path directory(String name) {
        return place.resolve(name);
    }

    /** @return the key files of {@link KeyRing} */
    String keys(String name) throws IOException {
        return keys.of(name);
    }

    /** Starts both sides. */
    Stage open() throws Exception {
        set(Side.SENDER, "store_timeout_ms", millis(deadline));
        cast.open();
        return this;
    }

    /** Starts a side again, on the journal that it had, and leads the line to it. */
    End restart(Side side) throws Exception {
        if (side == Side.RECEIVER && !cast.configuration(side).containsKey("staging_dir")) {
            // Its staging was its process's.
            blocks.lost();
        }
        return cast.restart(side);
    }

    /**
     * Starts another sender beside the one that is there.
     *
     * @param different keys of its configuration that are other than the first one's; empty for none
     */
    End another(String name, Map<String, String> different) throws Exception {
        return cast.another(name, different);
    }

    /** Closes a side in good order; {@link #restart} may follow. */
    void retire(Side side) throws Exception {
        end(side).retire();
        end(side).close();
    }

    /** @return what the receiver's directory in shared memory is called after; no other stage's has that name */
    String sharedName() {
        return cast.name(Side.RECEIVER);
    }

    Path journals() {
        return cast.journals();
    }

    // ---- who is there ----

    Scenario scenario() {
        return scenario;
    }

    Line line() {
        return line;
    }

    Random random() {
        return random;
    }

    End end(Side side) {
        return cast.end(side);
    }

    End sender() {
        return end(Side.SENDER);
    }

    End receiver() {
        return end(Side.RECEIVER);
    }

    /** @return what was made, told and read here */
    Blocks blocks() {
        return blocks;
    }

    /** @return this side's process */
    ChildEnd process(Side side) {
        return (ChildEnd) end(side);
    }

    /** @return every life of either side */
    List<End> lives() {
        return cast.lives();
    }

    /** @return chunks in a store of this stage */
    int count() {
        return count;
    }

    /** @return bytes of each chunk */
    int bytes() {
        return bytes;
    }

    Duration deadline() {
        return deadline;
    }

    /** @return how much longer than its deadline a task may take here: its process did not run for so long */
    Duration allowance() {
        return allowance;
    }

    void allow(Duration more) {
        allowance = more;
    }

    /** Staging was damaged on purpose: what is visible may turn out not to be loadable, once. */
    void tampered() {
        tampered = true;
    }

    boolean isTampered() {
        return tampered;
    }

    // ---- what happens ----

    /** The sender stores blocks that were never stored. */
    Stored store() throws Exception {
        return store(sender(), count);
    }

    Stored store(End by, int chunks) throws Exception {
        return store(by, blocks.fresh(chunks), chunks);
    }

    Stored store(End by, long first, int chunks) throws Exception {
        return by.store(first, chunks, bytes);
    }

    /**
     * Stores, and waits until a frame of that store is on its way.
     *
     * @param type the frame's; before it there is a store that succeeds, where the link is meant to be up
     * @param hook what is done to it
     */
    Stored caught(String type, Line.Hook hook) throws Exception {
        boolean greeting = type.isEmpty() || Step.HELLO.frames(scenario.channel()).contains(type);
        if (!greeting) {
            warm();
        }
        // The frame waits until the store is known as accepted, or whoever dies of it may do so before he has said so.
        CountDownLatch accepted = new CountDownLatch(1);
        CompletableFuture<Void> moment = line.once(type, type.equals(Frame.DATA) ? 1 + random.nextInt(count) : 1, (frame, out) -> {
            accepted.await();
            hook.passing(frame, out);
        });
        Stored stored;
        try {
            stored = store();
        } finally {
            accepted.countDown();
        }
        reached(moment);
        return stored;
    }

    /** A store that must succeed before anything goes wrong: the link is up then. */
    void warm() throws Exception {
        HostEvent done = completion(store());
        // A process that has just begun loads UCX, which on a busy machine takes longer than a short deadline.
        for (int cold = 0; cold < MOST_COLD && isCold(done); cold++) {
            notes.add("a store into the cold: " + brief(done));
            done = completion(store());
        }
        if (!done.text("outcome").equals("SUCCESS")) {
            throw new Trouble("the store before the fault ended as " + brief(done));
        }
    }

    private boolean isCold(HostEvent done) {
        return scenario.channel() == Channel.UCX && done.text("outcome").equals("TIMEOUT");
    }

    private HostEvent completion(Stored stored) throws Trouble, InterruptedException {
        HostEvent done = stored.end().completion(stored.id(), deadline.plus(allowance).plus(SLACK));
        blocks.told(stored.first(), done.text("bits"));
        return done;
    }

    /** The task must succeed, with every chunk stored. */
    HostEvent succeeds(Stored stored) throws Exception {
        HostEvent done = completion(stored);
        notes.add("the store: " + brief(done));
        if (!done.text("outcome").equals("SUCCESS") || done.text("bits").contains("0")) {
            throw new Trouble("the store must succeed, and ended as " + brief(done));
        }
        return done;
    }

    /** The task must end with one of these causes; {@link ErrorCode#NONE} for success. */
    HostEvent endsAs(Stored stored, ErrorCode... causes) throws Exception {
        HostEvent done = ends(stored);
        for (ErrorCode cause : causes) {
            if (done.text("error").equals(cause.name())) {
                return done;
            }
        }
        throw new Trouble("the store must end with " + List.of(causes) + ", and ended as " + brief(done));
    }

    /** The task must end in time, however. */
    HostEvent ends(Stored stored) throws Exception {
        HostEvent done = completion(stored);
        notes.add("the store: " + brief(done));
        return done;
    }

    static String brief(HostEvent done) {
        String error = done.text("error").equals("NONE") ? "" : " (" + done.text("error") + ": " + done.text("text") + ")";
        String unconfirmed = done.text("unconfirmed").contains("1") ? ", unconfirmed " + done.text("unconfirmed") : "";
        return done.text("outcome") + error + ", stored " + done.text("bits") + unconfirmed + ", " + done.number("millis") + " ms";
    }

    /** Something that belongs into the detail of the result. */
    void note(String text) {
        notes.add(text);
    }

    List<String> notes() {
        return notes;
    }

    /** Reads blocks at the receiver; what was right is read and gone. */
    HostEvent read(long first, int chunks) throws Exception {
        HostEvent got = receiver().ask("read " + first + " " + chunks + " " + bytes);
        blocks.read(first, chunks);
        return got;
    }

    /** Has the receiver begin to read, and waits for nothing. */
    void beginRead(Stored stored) {
        receiver().order("read " + stored.first() + " " + stored.count() + " " + bytes);
        blocks.read(stored.first(), stored.count());
    }

    /** @return whether an answer has this for every block; a refused one has nothing */
    static boolean all(HostEvent answer, String bits) {
        return !answer.text(bits).isEmpty() && !answer.text(bits).contains("0");
    }

    HostEvent status(Side side) throws Exception {
        HostEvent status = end(side).ask("status");
        // Every number that is not there reads as 0, which is what many wait for.
        if (!status.text("refused").isEmpty() || status.text("healthy").isEmpty()) {
            throw new Trouble(end(side).name() + " does not say how it is: " + status.texts());
        }
        return status;
    }

    /** Waits until a side's status says so. */
    HostEvent await(String what, Side side, Duration within, Predicate<HostEvent> condition) throws Exception {
        long end = System.nanoTime() + within.toNanos();
        HostEvent status = status(side);
        while (!condition.test(status)) {
            if (System.nanoTime() - end > 0) {
                throw new Trouble("waited " + within.toMillis() + " ms in vain for " + what + ": " + status.numbers() + " " + status.texts());
            }
            LockSupport.parkNanos(5_000_000);
            status = status(side);
        }
        return status;
    }

    /** Nothing of staging may be held but what is committed, at most so long after a lease could have ended. */
    void awaitSlotsBack() throws Exception {
        await("the slots to come back", Side.RECEIVER, LEASE.plus(SLACK), status ->
                status.number("staging_bytes") > 0
                        && status.number("staging_free_bytes") + status.number("stored_bytes") == status.number("staging_bytes"));
    }

    /** Waits for the moment of a trap. */
    void reached(CompletableFuture<Void> moment) throws Exception {
        try {
            moment.get(deadline.plus(SLACK).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new Trouble("the step was never reached");
        }
    }

    /** Lets so much time pass: the fault lasts. */
    void last(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
    }

    /** Ends every life at once. From any thread. */
    void abort() {
        line.close();
        lives().forEach(End::abort);
    }

    /** Ends every life. May be called again. */
    @Override
    public void close() {
        line.close();
        lives().forEach(End::close);
    }
}
