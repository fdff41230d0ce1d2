package org.kvdock.cli.lab.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.kvdock.cli.OutputFile;
import org.kvdock.cli.UsageException;
import picocli.CommandLine.Option;

/** The options of {@code kvdock lab crash}. */
final class CrashOptions {
    private static final int MOST_KILLS = 1_000_000;
    private static final int MOST_LANES = 64;

    @Option(names = "--kills", paramLabel = "N", defaultValue = "1000", description = "how many (${DEFAULT-VALUE})")
    private int kills;

    @Option(names = "--seed", paramLabel = "S", description = "repeats a schedule of kills (a new one each time)")
    private Long seed;

    @Option(names = "--chain", paramLabel = "C",
            description = "only these ten kills on one journal, of all that --kills and --seed draw")
    private Integer chain;

    @Option(names = "--lanes", paramLabel = "N", defaultValue = "2",
            description = "journals that are worked on at the same time (${DEFAULT-VALUE})")
    private int lanes;

    @Option(names = "--journal", paramLabel = "DIR", description = "keep journals and diaries here, an empty or missing"
            + " directory (else only those where something was wrong are kept)")
    private Path journal;

    @Option(names = "--json", paramLabel = "FILE", description = "write what was counted and measured")
    private Path json;

    @Option(names = "--verbose", description = "a line for each kill")
    private boolean verbose;

    int kills() {
        return kills;
    }

    OptionalLong seed() {
        return seed == null ? OptionalLong.empty() : OptionalLong.of(seed);
    }

    /** @return numbers of the chains to run */
    List<Integer> chains() {
        return chain != null ? List.of(chain) : IntStream.range(0, Schedule.chains(kills)).boxed().toList();
    }

    /** @return how many kills these chains have */
    int killsToDo() {
        return chain == null ? kills : Math.min(Schedule.CHAIN, kills - chain * Schedule.CHAIN);
    }

    int lanes() {
        return lanes;
    }

    Optional<Path> journal() {
        return Optional.ofNullable(journal).map(Path::toAbsolutePath);
    }

    Optional<Path> json() {
        return Optional.ofNullable(json);
    }

    boolean verbose() {
        return verbose;
    }

    void check() throws UsageException, IOException {
        between("--kills", kills, 1, MOST_KILLS);
        between("--lanes", lanes, 1, MOST_LANES);
        if (chain != null) {
            between("--chain", chain, 0, Schedule.chains(kills) - 1);
        }
        OutputFile.check("--json", json);
        if (journal != null && Files.exists(journal)) {
            try (Stream<Path> files = Files.list(journal)) {
                if (files.findAny().isPresent()) {
                    throw new UsageException("--journal: " + journal + " is not allowed, must be an empty or missing directory");
                }
            } catch (NotDirectoryException e) {
                throw new UsageException("--journal: " + journal + " is not allowed, must be a directory");
            }
        }
    }

    private static void between(String option, int value, int least, int most) throws UsageException {
        if (value < least || value > most) {
            throw new UsageException(option + ": " + value + " is not allowed, must be " + least + " to " + most);
        }
    }
}
