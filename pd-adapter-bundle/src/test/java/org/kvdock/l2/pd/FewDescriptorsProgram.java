package org.kvdock.l2.pd;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.l2.pd.shm.SegmentDirectory;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;
import org.kvdock.relay.HeldPorts;

/** Opens one end of a pair again and again, with fewer and fewer file descriptors left, and looks what each try leaves. */
final class FewDescriptorsProgram {
    /** More than any end needs to be opened. */
    private static final int MOST_LEFT = 60;
    private static final String NAME = "few-" + ProcessHandle.current().pid();

    private final String end;
    private final List<Integer> ports;
    private final Object[] settings;

    private FewDescriptorsProgram(String end, String directory, List<Integer> ports) {
        this.end = end;
        this.ports = ports;
        this.settings = switch (end) {
            case "receiver shm" -> new Object[] {"transfer_channel", "shm"};
            case "receiver staging_dir" -> new Object[] {"staging_dir", directory};
            default -> new Object[] {"transfer_channel", "tcp"};
        };
    }

    /** @param arguments which end, and a directory that is not there yet */
    public static void main(String[] arguments) throws Exception {
        loadAll();
        try (HeldPorts ports = HeldPorts.take(2)) {
            new FewDescriptorsProgram(arguments[0], arguments[1], ports.numbers()).run();
        }
    }

    // Loading a class takes a descriptor, and one that cannot be loaded once never can be: none is left for later.
    private static void loadAll() throws IOException {
        for (String entry : System.getProperty("java.class.path").split(":")) {
            Path root = Path.of(entry);
            if (!Files.isDirectory(root)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(root)) {
                files.map(file -> root.relativize(file).toString())
                        .filter(name -> name.endsWith(".class") && !name.contains("-"))
                        .forEach(name -> load(name.substring(0, name.length() - ".class".length()).replace('/', '.')));
            }
        }
    }

    private static void load(String name) {
        try {
            Class.forName(name, false, FewDescriptorsProgram.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            // It needs what this class path has not, so nothing here needs it.
        }
    }

    private L2Adapter receiver(Object... more) {
        Map<String, Object> config = Pd.config(
                "role", "receiver", "buffer_size", 1 << 20,
                "peer_init_port", ports.get(0), "peer_alloc_port", ports.get(1));
        config.putAll(Pd.config(more));
        return open(config);
    }

    private L2Adapter sender() {
        return open(Pd.config(
                "role", "sender", "peer_host", "127.0.0.1", "peer_init_port", ports.get(0), "peer_alloc_port", ports.get(1)));
    }

    // By one name, which tells what is left from what others of this machine have.
    private static L2Adapter open(Map<String, Object> config) {
        return new PdAdapterFactory().create(NAME, config, new MemoryJournals());
    }

    private void run() throws IOException {
        if (end.equals("sender")) {
            fewer(this::sender);
        } else {
            fewer(() -> receiver(settings));
        }
    }

    private void fewer(Supplier<L2Adapter> opener) throws IOException {
        worksWithEnough();
        Map<String, Integer> before = left();
        int opened = 0;
        List<String> reasons = new ArrayList<>();
        for (int left = MOST_LEFT; left >= 0; left--) {
            L2Adapter adapter = null;
            Deque<FileInputStream> taken = takeAllBut(left);
            try {
                adapter = opener.get();
                opened++;
            } catch (RuntimeException | Error e) {
                reasons.add(left + ": " + e); 
            } finally {
                for (FileInputStream each : taken) {
                    each.close();
                }
            }
            if (adapter != null) {
                adapter.close();
            }
            String with = end + " with " + left + " descriptors" + (adapter == null ? ", " + reasons.get(reasons.size() - 1) : "");
            awaitLeft(with, before);
        }
        System.out.println(end + ": opened " + opened + " times, not " + reasons.size() + " times: " + reasons);
        if (opened == 0 || reasons.isEmpty()) {
            throw new AssertionError("this test cannot tell");
        }
        worksWithEnough();
        awaitLeft(end, before);
    }

    private void worksWithEnough() {
        List<ObjectKey> keys = Chunks.keys("k", 3);
        try (L2Adapter receiver = receiver(settings);
                L2Adapter sender = sender();
                Caller prefill = new Caller(sender);
                Caller decode = new Caller(receiver)) {
            if (!prefill.store(keys, Chunks.buffers(keys, 1000)).success() || !decode.lookup(keys).bitmap().all()) {
                throw new AssertionError("with enough it does not work");
            }
        }
    }

    private static Deque<FileInputStream> takeAllBut(int left) throws IOException {
        Deque<FileInputStream> taken = new ArrayDeque<>();
        for (;;) {
            try {
                taken.add(new FileInputStream("/dev/null"));
            } catch (IOException e) {
                for (int i = 0; i < left; i++) {
                    taken.remove().close();
                }
                return taken;
            }
        }
    }

    private void awaitLeft(String after, Map<String, Integer> expected) {
        try {
            // Less than before is no leak: something of the JVM's own may have ended meanwhile.
            Waiting.until("everything to be given back", () -> more(expected, left()).isEmpty());
        } catch (AssertionError e) {
            throw new AssertionError(after + ": " + more(expected, left()), e);
        }
    }

    private static List<String> more(Map<String, Integer> before, Map<String, Integer> after) {
        return after.keySet().stream()
                .filter(what -> after.get(what) > before.getOrDefault(what, 0))
                .map(what -> before.getOrDefault(what, 0) + " times " + what + " have become " + after.get(what))
                .toList();
    }

    /** @return what this process has: descriptors by what they are, threads by name, staging directories */
    private static Map<String, Integer> left() {
        Map<String, Integer> counts = new TreeMap<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"));
                Stream<Path> directories = Files.list(SegmentDirectory.SHARED_MEMORY)) {
            descriptors.forEach(each -> target(each).ifPresent(what -> count(counts, what)));
            directories.map(each -> each.getFileName().toString())
                    .filter(name -> name.startsWith("kvdock-" + NAME + "-"))
                    .forEach(name -> count(counts, "directory " + name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        Thread.getAllStackTraces().keySet().forEach(thread -> count(counts, "thread " + thread.getName()));
        return counts;
    }

    private static void count(Map<String, Integer> counts, String what) {
        counts.merge(what, 1, Integer::sum);
    }

    /** @return what it is, empty if it was closed since it was listed */
    private static Optional<String> target(Path descriptor) {
        try {
            return Optional.of(Files.readSymbolicLink(descriptor).toString().replaceAll(":\\[[0-9]+]", ""));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
