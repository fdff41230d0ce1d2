package org.kvdock.l2.event;

import java.util.List;
import java.util.Locale;

/** Names of platforms, as they stand in the folders of the native fragment. */
final class Platform {

    /** What a fragment can be built for. */
    static final List<String> ALLOWED = List.of("linux-x86_64", "linux-aarch64");

    private Platform() {
    }

    /** The platform of this JVM; foreign ones keep the names that the JVM gives them. */
    static String current() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT).replace(' ', '_');
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return os + "-" + switch (arch) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "aarch64";
            default -> arch;
        };
    }
}
