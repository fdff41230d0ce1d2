package org.kvdock.itests;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;

/**
 * A Felix framework inside this JVM, for tests that must watch bundles fail or come and go, or that need two of them: what
 * Pax Exam, which wants one with everything resolved, is no good for. Classes of bundles are not the test's own copies:
 * they are reached by reflection, or by services that know only the JDK's.
 */
public final class Felix {

    private static final long STOP_MILLIS = 30_000;

    private final Framework framework;

    /** @param storage an empty directory for the framework's cache */
    public Felix(Path storage) throws BundleException {
        framework = new org.apache.felix.framework.FrameworkFactory().newFramework(Map.of(
                Constants.FRAMEWORK_STORAGE, storage.toString(),
                Constants.FRAMEWORK_BOOTDELEGATION, PaxOptions.BOOT_DELEGATION,
                "felix.log.level", "0"));
        framework.start();
    }

    public Bundle install(File jar) throws BundleException {
        return framework.getBundleContext().installBundle(jar.toURI().toString());
    }

    /**
     * @param jar a file that is not there yet
     * @return a bundle that imports whatever it asks for
     */
    public Bundle installStranger(Path jar) throws BundleException, IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        manifest.getMainAttributes().putValue(Constants.BUNDLE_SYMBOLICNAME, "stranger");
        manifest.getMainAttributes().putValue(Constants.DYNAMICIMPORT_PACKAGE, "*");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        return install(jar.toFile());
    }

    public Framework framework() {
        return framework;
    }

    /** Stops the framework and waits until it has; what was installed and configured is kept. */
    public void stop() throws BundleException, InterruptedException {
        framework.stop();
        if (framework.waitForStop(STOP_MILLIS).getType() == FrameworkEvent.WAIT_TIMEDOUT) {
            throw new AssertionError("the framework has not stopped in " + STOP_MILLIS + " ms");
        }
    }

    /** Starts it again, with the bundles and the configurations that it had. */
    public void startAgain() throws BundleException {
        framework.start();
    }
}
