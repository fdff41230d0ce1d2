package org.kvdock.itests;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import org.ops4j.pax.exam.Option;

/**
 * Building blocks for the {@code @Configuration} of a Pax Exam test. The native container: Felix runs in the JVM of the
 * test, so flags of the JVM are failsafe's.
 */
public final class PaxOptions {
    /** For the journal's embedded Chronicle Queue, which reaches into the JDK. */
    static final String BOOT_DELEGATION = "sun.nio.ch,sun.misc,jdk.internal.misc,jdk.internal.ref";

    private PaxOptions() {
    }

    /** What every test wants: JUnit, the API with its native fragment, and an error for a bundle that does not resolve. */
    public static Option basics() {
        return composite(
                systemProperty("pax.exam.osgi.unresolved.fail").value("true"),
                frameworkProperty("org.osgi.framework.bootdelegation").value(BOOT_DELEGATION),
                junitBundles(),
                bundle(url("eventfd-fragment")).noStart(),
                bundles("l2-adapter-api"));
    }

    /** Declarative services and configuration admin. */
    public static Option declarativeServices() {
        return bundles("org.osgi.util.function", "org.osgi.util.promise", "org.osgi.service.component",
                "org.apache.felix.configadmin", "org.apache.felix.scr");
    }

    /** Bundles by their Maven names (see {@link Jars}), started. */
    public static Option bundles(String... artifactIds) {
        Option[] options = new Option[artifactIds.length];
        for (int i = 0; i < options.length; i++) {
            options[i] = bundle(url(artifactIds[i]));
        }
        return composite(options);
    }

    private static String url(String artifactId) {
        return "reference:" + Jars.jar(artifactId).toURI();
    }
}
