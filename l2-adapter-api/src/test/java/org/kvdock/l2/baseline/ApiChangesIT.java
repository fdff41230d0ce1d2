package org.kvdock.l2.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aQute.bnd.differ.Baseline;
import aQute.bnd.osgi.Jar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kvdock.l2.L2Adapter;

/** The guard of {@link PackageBaseline} works: the API's own sources, changed in one place, compared. */
class ApiChangesIT {
    private static final Path SOURCES = Path.of("src", "main", "java");

    @TempDir
    private Path work;

    private ApiTree unchanged;

    @BeforeEach
    void readTheApi() throws Exception {
        unchanged = ApiTree.of(PackageBaseline.bundle(L2Adapter.class));
    }

    @ParameterizedTest(name = "case R17: {0} in {1} is a {2} change of its package")
    @CsvSource(delimiter = '|', textBlock = """
            a method with a default    | L2Adapter            | MINOR     | String name();                  | default void extra() {}
            a method without a default | L2AdapterFactory     | MAJOR     | String help();                  | String extra();
            a method of a provider     | journal/TaskJournals | MINOR     | public interface TaskJournals { | String extra();
            a new enum constant        | ErrorCode            | MINOR     | INJECTED(12)                    | , EXTRA(12)
            a new public method        | event/EventFd        | MINOR     | private final int fd;           | public void extra() {}
            a new private method       | event/EventFd        | UNCHANGED | private final int fd;           | private void extra() {}
            a method that is gone      | KvBuffer             | MAJOR     | public static KvBuffer allocate | Gone
            """)
    void isTold(String what, String type, String delta, String before, String added) throws Exception {
        int slash = type.indexOf('/');
        String name = slash < 0 ? "org.kvdock.l2" : "org.kvdock.l2." + type.substring(0, slash);
        // Another name is all that it takes for a method to be gone.
        String after = added.equals("Gone") ? before + added : before + ' ' + added;
        Baseline.Info info = infoOf(name, changed(type, before, after));
        assertEquals(delta, info.packageDiff.getDelta().toString(), info.reason);
        boolean changed = !delta.equals("UNCHANGED");
        assertEquals(changed, info.mismatch, "the version is what it was");
        if (changed) {
            assertEquals(delta.equals("MINOR") ? info.olderVersion.getMinor() + 1 : 0, info.suggestedVersion.getMinor());
        }
    }

    @Test
    @DisplayName("a change is no mismatch any more once the package's version tells it")
    void raisedVersion() throws Exception {
        ApiTree changed = changed("L2Adapter", "String name();", "String name(); default void extra() {}");
        Baseline.Info before = infoOf("org.kvdock.l2", changed);
        assertTrue(before.mismatch);
        String raisedExports = unchanged.exports().replaceFirst(
                "org\\.kvdock\\.l2;version=\"[^\"]*\"", "org.kvdock.l2;version=\"" + before.suggestedVersion + '"');
        Baseline.Info raised = infoOf("org.kvdock.l2", new ApiTree(raisedExports, changed.api()));
        assertFalse(raised.mismatch, raised.reason);
    }

    private Baseline.Info infoOf(String name, ApiTree now) throws Exception {
        return now.since(unchanged).stream().filter(info -> info.packageName.equals(name)).findFirst().orElseThrow();
    }

    /** The API as it is after one text of one type's source is replaced by another. */
    private ApiTree changed(String type, String before, String after) throws Exception {
        String path = "org/kvdock/l2/" + type + ".java";
        String text = Files.readString(SOURCES.resolve(path));
        assertTrue(text.contains(before), type + " has no " + before);
        Path source = work.resolve("src").resolve(path);
        Files.createDirectories(source.getParent());
        Files.writeString(source, text.replace(before, after));
        Path classes = Files.createDirectories(work.resolve("classes"));
        compile(source, classes);
        try (Jar api = new Jar(PackageBaseline.bundle(L2Adapter.class)); Jar overlay = new Jar(classes.toFile())) {
            overlay.getResources().forEach((name, resource) -> api.putResource(name, resource, true));
            return ApiTree.of(api);
        }
    }

    private static void compile(Path source, Path classes) throws IOException {
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        StringBuilder said = new StringBuilder();
        try (var files = javac.getStandardFileManager(null, null, null)) {
            boolean done = javac.getTask(
                            null, files, problem -> said.append(problem).append('\n'),
                            List.of("--release", "17", "-proc:none", "-nowarn", "-d", classes.toString(),
                                    "-cp", System.getProperty("java.class.path")),
                            null, files.getJavaFileObjects(source))
                    .call();
            assertTrue(done, said::toString);
        }
    }
}
