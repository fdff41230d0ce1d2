package org.kvdock.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.tck.CaseTable;

/**
 * One table of the kit's cases from what each module's tests have left: {@code itests/target/kit-cases.md} and
 * {@code kit-cases.txt}, and how many cases for each adapter in {@code kit-cases-summary.txt}, which the build shows last.
 */
class KitTableIT {
    private static final Path TARGET = Path.of("target");

    /** Every adapter of this build, over every channel; what the machine lacks is left out, not missing. */
    private static final Set<String> EXPECTED = Set.of(
            "directory (the example)", "mock", "PD mock_memory", "PD tcp", "PD tcp, TLS", "PD shm", "PD ucx");

    @Test
    @DisplayName("the table of the kit's cases has a cell for each number and each adapter")
    void whole() throws IOException {
        List<Path> modules;
        try (Stream<Path> all = Files.list(Path.of(".."))) {
            modules = all.map(module -> module.resolve("target")).filter(Files::isDirectory).sorted().toList();
        }
        for (Path target : modules) {
            removeStale(target);
        }
        CaseTable table = CaseTable.read(modules.stream().map(target -> target.resolve("kit-cases")).toList());
        // Written first: where something is missing it says what.
        Files.writeString(TARGET.resolve("kit-cases.md"), "# The kit's cases\n\n" + table.markdown());
        Files.writeString(TARGET.resolve("kit-cases.txt"), table.text());
        Files.writeString(
                TARGET.resolve("kit-cases-summary.txt"),
                "The kit's cases by adapter and channel; itests/target/kit-cases.txt and .md list them by number:\n" + table.summary());
        Set<String> missing = new TreeSet<>(EXPECTED);
        missing.removeAll(table.columns());
        assertEquals(Set.of(), missing, "adapters without cases: were their modules' tests run? mvn verify runs all");
        assertEquals(List.of(), table.gaps());
    }

    // Each class begins its report afresh, but one that has gone, or has another name now, leaves its last one.
    private static void removeStale(Path target) throws IOException {
        Path reports = target.resolve("kit-cases");
        if (!Files.isDirectory(reports)) {
            return;
        }
        Set<String> classes;
        try (Stream<Path> all = Files.walk(target.resolve("test-classes"))) {
            classes = all.map(path -> path.getFileName().toString()).collect(Collectors.toSet());
        }
        try (Stream<Path> all = Files.list(reports)) {
            for (Path report : all.toList()) {
                if (!classes.contains(report.getFileName().toString().replaceFirst("\\.tsv$", ".class"))) {
                    Files.delete(report);
                }
            }
        }
    }
}
