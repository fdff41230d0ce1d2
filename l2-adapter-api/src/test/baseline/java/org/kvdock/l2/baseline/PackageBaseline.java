package org.kvdock.l2.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import aQute.bnd.differ.Baseline;
import aQute.bnd.service.diff.Tree;
import aQute.bnd.service.diff.Type;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Compares the packages that a module exports with those that its baseline file holds. One that has changed needs a
 * version that says so. Compiled into the tests of each module that others program against.
 *
 * <p>{@code -Dkvdock.baseline=record} writes the file anew, as long as its first line says that nothing of it is released.
 */
public abstract class PackageBaseline {
    private static final Path FILE = Path.of("src", "test", "baseline", "api.txt");
    private static final String RELEASED = "released: ";

    private final Class<?> member;
    private final String module;

    /**
     * @param member any class of the module's main code
     * @param module its folder
     */
    protected PackageBaseline(Class<?> member, String module) {
        this.member = member;
        this.module = module;
    }

    /** @return the main code that a class is of: a directory, with its manifest */
    static File bundle(Class<?> member) throws URISyntaxException {
        return new File(member.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private ApiTree now() throws Exception {
        return ApiTree.of(bundle(member));
    }

    private static ApiTree recorded() throws IOException {
        List<String> lines = Files.readAllLines(FILE);
        return ApiTree.parse(lines.subList(1, lines.size()));
    }

    private static void record(ApiTree now) throws IOException {
        boolean released = Files.exists(FILE) && !Files.readAllLines(FILE).get(0).equals(RELEASED + "no");
        assertFalse(released, FILE + " holds what was released; it changes with the next release only");
        List<String> lines = new ArrayList<>(List.of(RELEASED + "no"));
        lines.addAll(now.toLines());
        Files.createDirectories(FILE.getParent());
        Files.write(FILE, lines);
    }

    @Test
    @DisplayName("case R17: each package's version tells what has changed in it since the baseline")
    public void versionsTellTheChanges() throws Exception {
        ApiTree now = now();
        if (System.getProperty("kvdock.baseline", "").equals("record")) {
            record(now);
        }
        List<String> wrong = new ArrayList<>();
        for (Baseline.Info info : now.since(recorded())) {
            if (info.mismatch) {
                wrong.add(info.packageName + " has a " + info.packageDiff.getDelta() + " change and version "
                        + info.newerVersion + "; it needs " + info.suggestedVersion + " in its package-info.java:\n"
                        + info.reason);
            }
        }
        assertEquals(
                List.of(), wrong,
                "as long as this version is not released: mvn -pl " + module + " -am test -Dtest=" + getClass().getSimpleName()
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dkvdock.baseline=record");
    }

    @Test
    @DisplayName("the baseline file says all that is compared: read back, it is the same API")
    public void theFileIsComplete() throws Exception {
        ApiTree now = now();
        assertEquals(now.toLines(), ApiTree.parse(now.toLines()).toLines());
        for (Baseline.Info info : now.since(ApiTree.parse(now.toLines()))) {
            assertFalse(info.mismatch, info.packageName);
            assertEquals("UNCHANGED", info.packageDiff.getDelta().toString(), info.packageName);
        }
    }

    @Test
    @DisplayName("each type that others can implement or extend says whose business that is")
    public void typesSayWhoImplementsThem() throws Exception {
        List<String> silent = new ArrayList<>();
        for (Tree.Data exported : now().api().children) {
            for (Tree.Data type : exported.children) {
                if (isOpen(type) && !has(type, Type.ANNOTATED, ConsumerType.class.getName())
                        && !has(type, Type.ANNOTATED, ProviderType.class.getName())) {
                    silent.add(type.name);
                }
            }
        }
        assertEquals(List.of(), silent, "types without @ConsumerType or @ProviderType");
    }

    private static boolean isOpen(Tree.Data type) {
        return type.type == Type.INTERFACE || type.type == Type.CLASS && has(type, Type.ACCESS, "abstract");
    }

    private static boolean has(Tree.Data element, Type type, String name) {
        return Stream.of(element.children).anyMatch(child -> child.type == type && child.name.equals(name));
    }
}
