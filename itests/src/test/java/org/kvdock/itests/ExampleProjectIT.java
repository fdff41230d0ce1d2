package org.kvdock.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The example adapter is what it says: small, outside this build, and an adapter that keeps the contract. */
class ExampleProjectIT {
    private static final int MOST_LINES = 200;

    @TempDir
    private Path work;

    private final ExampleProject project = new ExampleProject();

    @Test
    @DisplayName("the adapter's file has under 200 lines, and all files together have under 200 that say something")
    void isSmall() throws IOException {
        List<Path> sources = ExampleProject.sources();
        assertEquals(3, sources.size(), sources.toString());
        long saying = 0;
        for (Path source : sources) {
            List<String> lines = Files.readAllLines(source);
            assertTrue(lines.size() < MOST_LINES, source + " has " + lines.size() + " lines");
            saying += lines.stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("import ") && !line.startsWith("package "))
                    .count();
        }
        assertTrue(saying < MOST_LINES, saying + " lines without blank ones and imports");
    }

    @Test
    @DisplayName("the versions in the example's pom are those of this build, and it knows no other module's jar")
    void usesReleasedVersions() {
        Set<String> compiledAgainst = new TreeSet<>();
        for (ExampleProject.Dependency dependency : project.dependencies()) {
            assertEquals(
                    dependency.artifactId() + "-" + dependency.version() + ".jar",
                    Jars.jar(dependency.artifactId()).getName());
            if (dependency.scope().equals("provided")) {
                compiledAgainst.add(dependency.artifactId());
            } else {
                assertEquals("test", dependency.scope(), dependency.toString());
            }
        }
        assertEquals(Set.of("l2-adapter-api", "osgi.core", "org.osgi.service.component.annotations"), compiledAgainst);
    }

    @Test
    @DisplayName("the bundle imports the API's packages only, in a range that a later minor version still satisfies")
    void importsTheApi() throws Exception {
        try (JarFile jar = new JarFile(project.bundle(work))) {
            Manifest manifest = jar.getManifest();
            String imports = manifest.getMainAttributes().getValue("Import-Package");
            Set<String> ours = new TreeSet<>();
            for (String clause : imports.split(",(?=[a-z])")) {
                if (clause.startsWith("org.kvdock")) {
                    ours.add(clause);
                }
            }
            assertEquals(
                    Set.of("org.kvdock.l2;version=\"[0.1,1)\"", "org.kvdock.l2.base;version=\"[0.1,1)\"",
                            "org.kvdock.l2.journal;version=\"[0.1,1)\""),
                    ours, imports);
            assertEquals("org.kvdock.example.directory", manifest.getMainAttributes().getValue("Bundle-SymbolicName"));
            assertNotNull(jar.getEntry("OSGI-INF/org.kvdock.example.DirectoryComponent.xml"));
        }
    }

    @Test
    @DisplayName("cases A1 to A8 and 1 to 30: the built example passes every case of the kit")
    void keepsTheContract() throws Exception {
        File bundle = project.bundle(work);
        URL[] urls = {bundle.toURI().toURL(), project.tests(bundle, work).toUri().toURL()};
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(urls, before)) {
            thread.setContextClassLoader(loader);
            SummaryGeneratingListener listener = new SummaryGeneratingListener();
            Class<?> kit = loader.loadClass("org.kvdock.example.DirectoryAdapterTest");
            LauncherFactory.create().execute(
                    LauncherDiscoveryRequestBuilder.request().selectors(DiscoverySelectors.selectClass(kit)).build(), listener);
            TestExecutionSummary summary = listener.getSummary();
            StringWriter failures = new StringWriter();
            summary.printFailuresTo(new PrintWriter(failures), 10);
            assertEquals(0, summary.getTestsFailedCount() + summary.getContainersFailedCount(), failures.toString());
            assertEquals(summary.getTestsFoundCount(), summary.getTestsSucceededCount(), "none is skipped");
            assertTrue(summary.getTestsFoundCount() > 80, () -> summary.getTestsFoundCount() + " cases found");
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
