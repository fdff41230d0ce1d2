package org.kvdock.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.FrameworkWiring;

/** The API bundle asks for a native fragment that fits, gets it, and gets it again after a refresh. */
class NativeFragmentIT {

    private static final File API = Jars.jar("l2-adapter-api");
    private static final File FRAGMENT = Jars.jar("eventfd-fragment");

    @TempDir
    Path tmp;

    private Felix felix;

    @BeforeEach
    void start() throws Exception {
        felix = new Felix(tmp.resolve("cache"));
    }

    @AfterEach
    void stop() throws Exception {
        felix.stop();
    }

    @Test
    void withoutTheFragmentTheApiDoesNotResolve() throws Exception {
        assertMissingNative(felix.install(API));
    }

    @Test
    void aForeignFragmentIsAsGoodAsNone() throws Exception {
        felix.install(foreign());
        assertMissingNative(felix.install(API));
    }

    @Test
    @DisplayName("once the fragment that was missing has come the API starts, and whoever waited for it")
    void theFragmentComesLate() throws Exception {
        Bundle api = felix.install(API);
        Bundle user = felix.install(Jars.jar("mock-adapter-bundle"));
        for (String name : List.of("org.osgi.util.function", "org.osgi.util.promise", "org.osgi.service.component", "org.apache.felix.scr")) {
            felix.install(Jars.jar(name)).start();
        }
        assertMissingNative(api);
        assertMissingNative(user);
        felix.install(FRAGMENT);
        user.start();
        assertEquals(Bundle.ACTIVE, user.getState());
        api.start();
        assertEquals(5, roundTrip(api));
    }

    @Test
    void withTheFragmentEventFdsWork() throws Exception {
        Bundle fragment = felix.install(FRAGMENT);
        Bundle api = felix.install(API);
        api.start();
        assertEquals(Bundle.ACTIVE, api.getState());
        assertEquals(Bundle.RESOLVED, fragment.getState(), "fragments are not started");
        assertEquals(5, roundTrip(api));
    }

    @Test
    void aRefreshedApiLoadsTheLibraryAgain() throws Exception {
        felix.install(FRAGMENT);
        Bundle api = felix.install(API);
        api.start();
        assertEquals(5, roundTrip(api));
        CountDownLatch refreshed = new CountDownLatch(1);
        felix.framework().adapt(FrameworkWiring.class).refreshBundles(List.of(api), event -> refreshed.countDown());
        refreshed.await();
        assertEquals(5, roundTrip(api));
    }

    private static void assertMissingNative(Bundle bundle) {
        BundleException refused = assertThrows(BundleException.class, bundle::start);
        assertEquals(BundleException.RESOLVE_ERROR, refused.getType());
        assertTrue(refused.getMessage().contains("org.kvdock.native"), refused.getMessage());
    }

    private static long roundTrip(Bundle api) throws ReflectiveOperationException {
        Class<?> type = api.loadClass("org.kvdock.l2.event.EventFd");
        Object fd = type.getMethod("create").invoke(null);
        type.getMethod("signal", long.class).invoke(fd, 5L);
        Object read = type.getMethod("read").invoke(fd);
        type.getMethod("close").invoke(fd);
        return (long) read;
    }

    /** The fragment as it would be had it been built for another processor. */
    private File foreign() throws IOException {
        File foreign = tmp.resolve("foreign.jar").toFile();
        try (JarFile jar = new JarFile(FRAGMENT)) {
            Manifest manifest = new Manifest(jar.getManifest());
            String clause = manifest.getMainAttributes().getValue("Bundle-NativeCode");
            manifest.getMainAttributes().putValue("Bundle-NativeCode", clause.replaceAll("processor=[^;,]+", "processor=s390"));
            try (OutputStream file = Files.newOutputStream(foreign.toPath());
                    JarOutputStream out = new JarOutputStream(file, manifest)) {
                for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        out.putNextEntry(new JarEntry(entry.getName()));
                        jar.getInputStream(entry).transferTo(out);
                    }
                }
            }
        }
        return foreign;
    }
}
