package org.kvdock.cli.lab.fault.child;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.kvdock.cli.component.Event;
import org.kvdock.cli.workload.BlockKeys;
import org.kvdock.journal.chronicle.ChronicleJournals;
import org.kvdock.l2.AdapterStatus;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.KeyPage;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.L2AdapterFactory;
import org.kvdock.l2.L2Exception;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;

/**
 * A PD adapter on a journal that does what it is ordered and says what comes of it. An order is a line: its number, a
 * verb, its arguments. Each is answered by one event with the order's number; completions are events of their own.
 * {@link #obey} is for one thread; the caller has another one.
 */
public final class Actor implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int PAGE = 1000;

    private final L2Adapter adapter;
    private final Caller caller;
    private final Consumer<String> out;
    private final Starvation starvation = new Starvation();
    private final Set<String> threads;

    private Actor(L2Adapter adapter, Consumer<String> out) {
        this.adapter = adapter;
        this.out = out;
        this.caller = new Caller(adapter, out);
        this.threads = threads();
    }

    // Of this adapter and its journal, but for those that come and go.
    private Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("kvdock-") && name.contains(adapter.name()))
                .filter(name -> !name.endsWith("-compute") && !name.endsWith("-channels"))
                .collect(Collectors.toSet());
    }

    /**
     * @param name the adapter's, and its journal's
     * @param journals directory of the journals
     * @param configuration the adapter's
     * @param out gets each event, a line without its end; called by several threads
     */
    public static Actor open(String name, Path journals, Map<String, String> configuration, Consumer<String> out) {
        L2AdapterFactory factory = ServiceLoader.load(L2AdapterFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(found -> found.type().equals("pd"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no PD adapter on the class path"));
        L2Adapter adapter = factory.create(name, configuration, ChronicleJournals.at(journals));
        Map<String, String> details = adapter.status().details();
        Actor actor = new Actor(adapter, out);
        out.accept(new Event("open")
                .with("init_port", details.getOrDefault("peer_init_port", ""))
                .with("alloc_port", details.getOrDefault("peer_alloc_port", ""))
                .line());
        return actor;
    }

    /** Does what a line says, and answers. */
    public void obey(String line) {
        String[] words = line.split(" ");
        Event answer = new Event("answer").with("order", Long.parseLong(words[0]));
        try {
            switch (words[1]) {
                case "store" -> store(Blocks.of(words), answer);
                case "look" -> answer.with("held", bits(lookup(Blocks.of(words))));
                case "read" -> {
                    Got got = read(Blocks.of(words));
                    answer.with("held", bits(got.held)).with("loaded", bits(got.loaded)).with("right", bits(got.right));
                }
                case "sweep" -> sweep(Integer.parseInt(words[2]), answer);
                case "status" -> status(answer);
                case "totals" -> {
                    caller.totals(answer);
                    Set<String> gone = new TreeSet<>(threads);
                    gone.removeAll(threads());
                    answer.with("threads_gone", String.join(" ", gone));
                }
                case "starve" -> answer.with("taken", starvation.begin());
                case "feed" -> starvation.end();
                case "close" -> close();
                default -> throw new IllegalArgumentException("not an order: " + line);
            }
        } catch (L2Exception | TimeoutException | ExecutionException e) {
            answer.with("refused", String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer.with("refused", "interrupted");
        }
        out.accept(answer.line());
    }

    private void store(Blocks blocks, Event answer) {
        List<ObjectKey> keys = blocks.keys();
        answer.with("id", caller.submit(TaskKind.STORE, blocks.filled(), buffers -> adapter.submitStoreTask(keys, buffers)).id());
    }

    private Bitmap lookup(Blocks blocks) throws ExecutionException, TimeoutException, InterruptedException {
        List<ObjectKey> keys = blocks.keys();
        return caller.submit(TaskKind.LOOKUP, Buffers.none(), buffers -> adapter.submitLookupAndLockTask(keys))
                .result(PATIENCE)
                .bitmap();
    }

    /** What a read found: a bit for each block. */
    private record Got(Bitmap held, Bitmap loaded, Bitmap right) {}

    /** Lookup and lock, load, unlock, and a look at every byte. */
    private Got read(Blocks blocks) throws ExecutionException, TimeoutException, InterruptedException {
        Bitmap held = lookup(blocks);
        List<ObjectKey> keys = blocks.keys();
        try {
            return load(blocks, held, Buffers.take(keys.size(), blocks.bytes()));
        } finally {
            adapter.submitUnlock(held.gather(keys));
        }
    }

    private Got load(Blocks blocks, Bitmap held, Buffers into) throws ExecutionException, TimeoutException, InterruptedException {
        List<ObjectKey> keys = blocks.keys();
        Caller.Accepted task;
        try {
            task = caller.submit(TaskKind.LOAD, Buffers.none(), buffers -> adapter.submitLoadTask(keys, into.list()));
        } catch (RuntimeException e) {
            into.close();
            throw e;
        }
        try {
            Bitmap loaded = task.result(PATIENCE).bitmap();
            Bitmap right = new Bitmap(keys.size());
            for (int i = 0; i < keys.size(); i++) {
                if (loaded.test(i) && blocks.isRight(i, into.list().get(i))) {
                    right.set(i);
                }
            }
            return new Got(held, loaded, right);
        } finally {
            // A load that has not completed in time may still write into them.
            task.afterwards(into::close);
        }
    }

    /** Everything that is visible, read. */
    private void sweep(int bytes, Event answer) throws ExecutionException, TimeoutException, InterruptedException {
        List<ObjectKey> visible = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            KeyPage page = adapter.listKeys(cursor, PAGE);
            visible.addAll(page.keys());
            cursor = page.next();
        } while (cursor.isPresent());
        int wrong = 0;
        int unread = 0;
        StringBuilder seen = new StringBuilder();
        for (ObjectKey key : visible) {
            long block = BlockKeys.block(key);
            Got got = read(new Blocks(block, List.of(key), bytes));
            wrong += got.loaded.test(0) && !got.right.test(0) ? 1 : 0;
            unread += got.loaded.test(0) ? 0 : 1;
            seen.append(seen.length() == 0 ? "" : " ").append(block);
        }
        answer.with("visible", visible.size()).with("wrong", wrong).with("unread", unread).with("seen", seen.toString());
    }

    private void status(Event answer) {
        AdapterStatus status = adapter.status();
        answer.with("healthy", Boolean.toString(status.healthy()))
                .with("locks", status.locksHeld())
                .with("objects", status.objects())
                .with("stored_bytes", status.bytesStored())
                .with("in_flight", status.inFlight().values().stream().mapToLong(AdapterStatus.InFlight::tasks).sum())
                .with("last_error", status.lastError().map(error -> error.code() + ": " + error.text()).orElse(""))
                .with("connected", Boolean.toString(status.peer().map(AdapterStatus.Peer::connected).orElse(false)));
        for (String number : List.of("staging_bytes", "staging_free_bytes", "senders", "strangers", "refused", "recovered_chunks")) {
            answer.with(number, Long.parseLong(status.details().getOrDefault(number, "0")));
        }
        answer.with("channel", status.details().getOrDefault("channel", ""));
    }

    private static String bits(Bitmap bitmap) {
        return bitmap.toString();
    }

    /** Closes the adapter; results that came with its end are fetched. May be called again. */
    @Override
    public void close() {
        starvation.end();
        adapter.close();
        caller.close();
    }
}
