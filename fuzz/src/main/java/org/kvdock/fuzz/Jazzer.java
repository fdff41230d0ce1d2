package org.kvdock.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Jazzer in a process of its own, which ends with this one. For one target at a time. */
final class Jazzer implements AutoCloseable {
    private static final String MAIN = "com.code_intelligence.jazzer.Jazzer";
    private static final Pattern INPUTS = Pattern.compile("stat::number_of_executed_units:\\s*([0-9]+)");
    private static final Pattern FINDING = Pattern.compile("== Java Exception: (?:org\\.kvdock\\.fuzz\\.Finding: )?(.*)|==\\d+== (?:ERROR: )?(libFuzzer: .*)");
    private static final int FOUND_SOMETHING = 77;
    private static final int TIMED_OUT = 70;
    private static final int LAST_LINES = 20;
    /** An input that takes longer is a finding. */
    private static final int MOST_SECONDS_PER_INPUT = 30;
    private static final int MOST_INPUT_BYTES = 8192;

    // Guarded by this.
    private Process process;
    private boolean closed;

    /**
     * Tries inputs until the time is over or one does not hold.
     *
     * @param corpus directory of inputs to begin with; what reaches something new is added
     * @param findings existing directory that inputs are saved in
     * @param work existing directory for everything else
     * @return how it went
     * @throws IOException if Jazzer cannot be run
     */
    TargetRun fuzz(FuzzTarget target, Path corpus, Path findings, Path work, int seconds, long seed)
            throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        String prefix = findings + "/" + target.name() + "-";
        Path log = work.resolve("log");
        int status = run(target, log, work, List.of(
                corpus.toString(), "-max_total_time=" + seconds, "-seed=" + seed, "-artifact_prefix=" + prefix,
                "-timeout=" + MOST_SECONDS_PER_INPUT, "-max_len=" + MOST_INPUT_BYTES, "-use_value_profile=1",
                "-print_final_stats=1", "-rss_limit_mb=0"));
        List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
        boolean found = status == FOUND_SOMETHING || status == TIMED_OUT;
        if (status != 0 && !found) {
            throw failed(target, status, lines);
        }
        return new TargetRun(
                target.name(), inputs(lines), (System.nanoTime() - startNanos) / 1e9,
                found ? saved(findings, target.name()) : List.of(), found ? message(lines) : "");
    }

    /** Puts the inputs that together reach everything that all of them reach into an empty directory. */
    void reduce(FuzzTarget target, Path corpus, Path reduced, Path work) throws IOException, InterruptedException {
        Path log = work.resolve("reduce-log");
        int status = run(target, log, work, List.of(
                "-merge=1", "-max_len=" + MOST_INPUT_BYTES, "-rss_limit_mb=0", reduced.toString(), corpus.toString()));
        if (status != 0) {
            throw failed(target, status, Files.readAllLines(log, StandardCharsets.ISO_8859_1));
        }
    }

    private int run(FuzzTarget target, Path log, Path work, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-XX:+UseSerialGC",
                // Jazzer may end without a word; what targets leave goes with the campaign's own directory.
                "-Djava.io.tmpdir=" + work,
                // Jazzer attaches itself as an agent; a JDK after 17 would warn of that, and 17 does not know some of these.
                "-XX:+IgnoreUnrecognizedVMOptions", "-XX:+EnableDynamicAgentLoading", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"), MAIN,
                "--target_class=" + JazzerEntry.class.getName(), "--target_args=" + target.name(),
                "--instrumentation_includes=org.kvdock.**:zmq.**:org.msgpack.**", "--reproducer_path=" + work,
                // Its guard against connections to where an input says; the alloc port's target connects to where it wants to.
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.ServerSideRequestForgery"));
        command.addAll(arguments);
        return start(new ProcessBuilder(command).directory(work.toFile()).redirectErrorStream(true).redirectOutput(log.toFile()))
                .waitFor();
    }

    // One that begins while others are ended would be left.
    private synchronized Process start(ProcessBuilder builder) throws IOException {
        if (closed) {
            throw new IOException("the campaign has been ended");
        }
        process = builder.start();
        return process;
    }

    private static IOException failed(FuzzTarget target, int status, List<String> lines) {
        return new IOException("Jazzer ended with status " + status + " on " + target.name() + ":\n"
                + String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size())));
    }

    private static long inputs(List<String> lines) {
        return lines.stream().map(INPUTS::matcher).filter(Matcher::find).mapToLong(line -> Long.parseLong(line.group(1))).sum();
    }

    private static String message(List<String> lines) {
        return lines.stream().map(FINDING::matcher).filter(Matcher::find)
                .map(line -> line.group(1) == null ? line.group(2) : line.group(1)).findFirst().orElse("see the input");
    }

    private static List<Path> saved(Path findings, String name) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(findings, name + "-{crash,timeout,oom,slow-unit}-*")) {
            all.forEach(files::add);
        }
        Path[] sorted = files.toArray(Path[]::new);
        Arrays.sort(sorted);
        return List.of(sorted);
    }

    /** Ends the process that is running, waits for that, and keeps others from starting. Safe for all threads. */
    @Override
    public synchronized void close() {
        closed = true;
        if (process != null) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().onExit().join();
        }
    }
}
