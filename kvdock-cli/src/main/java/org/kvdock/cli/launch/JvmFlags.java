package org.kvdock.cli.launch;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the JVM of a host needs to be told. */
final class JvmFlags {
    // Chronicle Queue's needs, on JDK 17 and 25. The first flag is for the ones that 17 does not know.
    private static final List<String> CHRONICLE = List.of(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dchronicle.analytics.disable=true",
            "-Dchronicle.announcer.disable=true",
            // Its own slf4j finds no logger, which is meant to be so.
            "-Dslf4j.internal.verbosity=ERROR");
    // One small heap: the blocks live outside of it. A host that is out of heap is of no use to anyone.
    private static final List<String> SMALL = List.of("-XX:+UseSerialGC", "-Xmx512m", "-XX:+ExitOnOutOfMemoryError");

    private JvmFlags() {}

    /**
     * @param directBytes off-heap memory that the host may take
     * @param temporary where it may put files that nobody needs afterwards
     */
    static List<String> host(long directBytes, Path temporary) {
        return Stream.of(
                        CHRONICLE,
                        SMALL,
                        List.of("-XX:MaxDirectMemorySize=" + directBytes, "-Djava.io.tmpdir=" + temporary))
                .flatMap(List::stream)
                .toList();
    }
}
