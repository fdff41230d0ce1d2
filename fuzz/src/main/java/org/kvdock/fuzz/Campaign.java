package org.kvdock.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.kvdock.cli.launch.Directories;
import org.kvdock.cli.launch.RunDirectory;

/** One target after the other. For one thread, but {@link #close}. */
final class Campaign implements AutoCloseable {
    /** Targets write their files there, thousands each second. */
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final int seconds;
    private final long seed;
    private final Path findings;
    private final Optional<Path> corpus;
    private final Progress progress;
    private final RunDirectory directory;
    private final Jazzer jazzer = new Jazzer();

    /**
     * @param seconds for each target
     * @param seed what Jazzer begins from
     * @param findings where inputs are saved; made when there is one
     * @param corpus directory of corpus files that grow; empty for the module's own, which stay
     * @param progress told of each target that begins
     * @throws IOException if it cannot have a directory of its own
     */
    Campaign(int seconds, long seed, Path findings, Optional<Path> corpus, Progress progress) throws IOException {
        this.seconds = seconds;
        this.seed = seed;
        this.findings = findings;
        this.corpus = corpus;
        this.progress = progress;
        this.directory = Files.isWritable(SHARED_MEMORY) ? RunDirectory.open(SHARED_MEMORY) : RunDirectory.open();
    }

    /**
     * @param ended told of each target that ends
     * @return how each of them went
     */
    List<TargetRun> run(List<FuzzTarget> targets, Consumer<TargetRun> ended) throws IOException, InterruptedException {
        List<TargetRun> runs = new ArrayList<>();
        for (FuzzTarget target : targets) {
            Path work = Files.createDirectory(directory.path().resolve(target.name()));
            progress.begin(target.name(), runs.size() + 1, targets.size(), seconds);
            TargetRun run;
            try {
                run = run(target, work);
            } finally {
                progress.end();
                Directories.remove(work);
            }
            runs.add(run);
            ended.accept(run);
        }
        return runs;
    }

    private TargetRun run(FuzzTarget target, Path work) throws IOException, InterruptedException {
        Path inputs = work.resolve("corpus");
        Corpus.unpack(Corpus.beginning(target, corpus), inputs);
        Path saved = Files.createDirectory(work.resolve("findings"));
        TargetRun run = jazzer.fuzz(target, inputs, saved, work, seconds, seed);
        if (corpus.isPresent() && run.findings().isEmpty()) {
            Path reduced = Files.createDirectory(work.resolve("reduced"));
            jazzer.reduce(target, inputs, reduced, work);
            Corpus.write(corpus.get(), target, Corpus.pack(reduced));
        }
        return new TargetRun(run.name(), run.inputs(), run.seconds(), kept(run.findings()), run.message());
    }

    private List<Path> kept(List<Path> saved) throws IOException {
        List<Path> kept = new ArrayList<>();
        for (Path file : saved) {
            kept.add(Files.write(Files.createDirectories(findings).resolve(file.getFileName()), Files.readAllBytes(file)));
        }
        return kept;
    }

    /** Ends what is running, and removes what only this run needed. May be called again. Safe for all threads. */
    @Override
    public void close() {
        jazzer.close();
        directory.close();
    }
}
