package org.kvdock.itests;

import java.io.File;
import java.nio.file.Path;
import java.util.Map;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

/**
 * A Felix framework inside this JVM, for tests that must watch bundles fail or come and go: what Pax Exam, which wants
 * everything resolved, is no good for. Classes of bundles are reached by reflection, since the test has its own copies.
 */
final class Felix {

    private static final long STOP_MILLIS = 30_000;

    private final Framework framework;

    /** @param storage an empty directory for the framework's cache */
    Felix(Path storage) throws BundleException {
        framework = new org.apache.felix.framework.FrameworkFactory().newFramework(Map.of(
                Constants.FRAMEWORK_STORAGE, storage.toString(),
                "felix.log.level", "0"));
        framework.start();
    }

    Bundle install(File jar) throws BundleException {
        return framework.getBundleContext().installBundle(jar.toURI().toString());
    }

    Framework framework() {
        return framework;
    }

    /** Stops the framework and waits until it has. */
    void stop() throws BundleException, InterruptedException {
        framework.stop();
        framework.waitForStop(STOP_MILLIS);
    }
}
