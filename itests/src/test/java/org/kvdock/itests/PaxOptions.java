package org.kvdock.itests;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.CoreOptions.vmOption;

import java.util.ArrayList;
import java.util.List;

import org.kvdock.journal.chronicle.ChronicleRuntime;
import org.ops4j.pax.exam.Option;

/**
 * Building blocks for the {@code @Configuration} of a Pax Exam test. Each test names its container: the native one runs
 * Felix in the JVM of the test, so flags of the JVM are failsafe's; the forked one starts a JVM, see {@link #forked}.
 */
public final class PaxOptions {
    /** For the journal's embedded Chronicle Queue, which reaches into the JDK. */
    static final String BOOT_DELEGATION = "sun.nio.ch,sun.misc,jdk.internal.misc,jdk.internal.ref";

    /** System property of a forked container: the process that has started it. */
    static final String LAUNCHER = "kvdock.itests.launcher";
    /** System property of a forked container: the version of that process's JDK. */
    static final String LAUNCHER_JDK = "kvdock.itests.launcher.jdk";

    /** What the pom tells the tests' own JVM about logging. */
    private static final List<String> QUIET =
            List.of("java.util.logging.config.file", "org.ops4j.pax.logging.DefaultServiceLog.level");

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

    /** What the forked container's JVM is told beyond the rest: the flags that failsafe gives the native one's. */
    public static Option forked() {
        List<Option> options = new ArrayList<>();
        for (String flag : ChronicleRuntime.jvmFlags(Runtime.version().feature(), "ALL-UNNAMED")) {
            options.add(vmOption(flag));
        }
        // The launcher steers it by remote calls, which have no business outside of this machine.
        LoopbackRmi.install();
        options.add(vmOption("-javaagent:" + LoopbackRmi.agent()));
        options.add(vmOption("-Djava.rmi.server.hostname=127.0.0.1"));
        for (String property : QUIET) {
            options.add(systemProperty(property).value(System.getProperty(property)));
        }
        options.add(systemProperty(LAUNCHER).value(Long.toString(ProcessHandle.current().pid())));
        options.add(systemProperty(LAUNCHER_JDK).value(Runtime.version().toString()));
        return composite(options.toArray(Option[]::new));
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
        return Jars.jar(artifactId).toURI().toString();
    }
}
