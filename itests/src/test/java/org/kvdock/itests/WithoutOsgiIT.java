package org.kvdock.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.itests.modulepath.Main;
import org.kvdock.journal.chronicle.ChronicleRuntime;

/** The jars of the bundles in a plain JVM: on the module path and on the class path, wired by ServiceLoader. */
class WithoutOsgiIT {

    private static final List<String> OURS = List.of(
            "l2-adapter-api", "eventfd-fragment", "chronicle-journal", "mock-adapter-bundle", "pd-adapter-bundle");
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    private Path directory;

    @Test
    @DisplayName("on the module path each jar is the module that it says it is")
    void onTheModulePath() throws Exception {
        Set<String> expected = Set.of(
                "journal org.kvdock.journal.chronicle", "mock org.kvdock.l2.mock", "pd org.kvdock.l2.pd");
        List<String> flags = new ArrayList<>(ChronicleRuntime.jvmFlags(Runtime.version().feature(), "chronicle.core"));
        flags.addAll(List.of(
                "-p", path(jars()),
                "--add-modules", "org.kvdock.journal.chronicle,org.kvdock.l2.mock,org.kvdock.l2.pd,org.slf4j,jdk.unsupported",
                "-cp", path(List.of(testClasses(), Jars.jar("junit"), Jars.jar("hamcrest-core")))));
        assertEquals(expected, printed(flags));
    }

    @Test
    @DisplayName("on the class path the same jars find each other")
    void onTheClassPath() throws Exception {
        Set<String> expected = Set.of("journal unnamed", "mock unnamed", "pd unnamed");
        List<String> flags = new ArrayList<>(ChronicleRuntime.jvmFlags(Runtime.version().feature(), "ALL-UNNAMED"));
        List<File> all = new ArrayList<>(jars());
        all.addAll(List.of(testClasses(), Jars.jar("junit"), Jars.jar("hamcrest-core")));
        flags.addAll(List.of("-cp", path(all)));
        assertEquals(expected, printed(flags));
    }

    private Set<String> printed(List<String> flags) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.kvdock.journal.root=" + directory));
        command.addAll(flags);
        command.add(Main.class.getName());
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(true, child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "the child ends by itself");
            assertEquals(0, child.exitValue(), output);
            return output.lines()
                    .filter(line -> line.matches("(journal|mock|pd) \\S+"))
                    .collect(Collectors.toCollection(TreeSet::new));
        } finally {
            child.destroyForcibly();
        }
    }

    /** Our jars, and what they use that is not a bundle of ours; found on this test's class path. */
    private static List<File> jars() {
        Stream<File> ours = OURS.stream().map(Jars::jar);
        Stream<File> theirs = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(File::new)
                .filter(file -> file.getPath().matches(".*/(net/openhft|com/github/jnr|org/ow2/asm)/.*")
                        || file.getName().matches("(slf4j-api|jeromq|jnacl|msgpack-core)-.*\\.jar"));
        return Stream.concat(ours, theirs).toList();
    }

    private static File testClasses() throws Exception {
        return new File(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static String path(List<File> files) {
        return files.stream().map(File::getPath).collect(Collectors.joining(File.pathSeparator));
    }
}
