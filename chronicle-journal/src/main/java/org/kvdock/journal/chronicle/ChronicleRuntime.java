package org.kvdock.journal.chronicle;

import java.util.List;
import java.util.stream.Stream;

/**
 * What the JVM and the OSGi framework must allow for Chronicle Queue; launchers read it from here. Only writing needs
 * it: the package {@code read} does without.
 */
public final class ChronicleRuntime {
    /** Framework property {@code org.osgi.framework.bootdelegation} must contain this. */
    public static final String BOOT_DELEGATION = "sun.nio.ch,jdk.internal.misc,jdk.internal.ref";

    private ChronicleRuntime() {}

    /**
     * @param feature the JDK's feature version, as {@link Runtime.Version#feature()} of the JVM that is to be started
     * @param opensTo who gets the packages: {@code ALL-UNNAMED} on a class path and in OSGi, {@code chronicle.core} on
     *     the module path
     * @return flags for the {@code java} command, one argument each
     */
    public static List<String> jvmFlags(int feature, String opensTo) {
        List<String> always = List.of(
                "--add-opens=java.base/sun.nio.ch=" + opensTo,
                "--add-opens=java.base/java.lang.reflect=" + opensTo,
                "--add-exports=java.base/jdk.internal.ref=" + opensTo,
                "-Dchronicle.analytics.disable=true",
                "-Dchronicle.announcer.disable=true");
        if (feature < 24) {
            return always;
        }
        // Newer JVMs warn about what Chronicle does unless they are told that it is meant.
        return Stream.concat(
                        always.stream(),
                        Stream.of(
                                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"))
                .toList();
    }
}
