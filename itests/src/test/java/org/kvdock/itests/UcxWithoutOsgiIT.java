package org.kvdock.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.itests.modulepath.UcxMain;
import org.kvdock.l2.pd.FoundChannels;

/** The channel ucx in the demo and on the module path. Skipped where UCX cannot be used. */
class UcxWithoutOsgiIT {

    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final long PATIENCE_SECONDS = 240;

    @TempDir
    private Path directory;

    private record Ended(int status, String output) {}

    @BeforeAll
    static void needsUcx() {
        String obstacle = FoundChannels.loaded().obstacle("ucx").orElse("");
        assumeTrue(obstacle.isEmpty(), "UCX cannot be used: " + obstacle);
    }

    private static Ended run(List<String> command, String library) throws Exception {
        Path output = Files.createTempFile("kvdock-ucx", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("KVDOCK_BUILD", "never");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("LD_LIBRARY_PATH", library);
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), () -> command + " does not end");
            return new Ended(process.exitValue(), Files.readString(output));
        } finally {
            Files.delete(output);
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static List<String> demo() {
        return List.of(HOME.resolve("kvdock").toString(), "demo", "--channel", "ucx", "--requests", "20");
    }

    @Test
    @DisplayName("the demo moves every block over ucx between two processes, and verifies each")
    void demoOverUcx() throws Exception {
        Ended demo = run(demo(), "");
        assertEquals(0, demo.status, demo.output);
        assertTrue(demo.output.contains(" over ucx, "), demo.output);
    }

    @Test
    @DisplayName("where the UCX that would be loaded was not tried the demo ends before it begins, in one line")
    void demoRefused() throws Exception {
        Files.writeString(directory.resolve("libucp.so.0"), "no library");
        Ended demo = run(demo(), directory.toString());
        assertEquals(2, demo.status, demo.output);
        assertEquals(1, demo.output.lines().filter(line -> line.contains("ucx is not allowed")).count(), demo.output);
        assertTrue(demo.output.contains("apt-get install libucx0"), demo.output);
    }

    @Test
    @DisplayName("on the module path the jar is a module, finds its channel and loads the native half")
    void onTheModulePath() throws Exception {
        Stream<File> modules = Stream.of(
                "l2-adapter-api", "eventfd-fragment", "pd-adapter-bundle", "pd-channel-ucx", "jucx", "jeromq", "jnacl", "msgpack-core")
                .map(Jars::jar);
        File tests = new File(UcxMain.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Ended child = run(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-p", modules.map(File::getPath).collect(Collectors.joining(File.pathSeparator)),
                "--add-modules", "org.kvdock.l2.pd.ucx", "-cp", tests.getPath(), UcxMain.class.getName()), "");
        assertEquals(0, child.status, child.output);
        assertTrue(child.output.contains("org.kvdock.l2.pd.ucx ucx"), child.output);
        assertTrue(child.output.contains("open true"), child.output);
    }
}
