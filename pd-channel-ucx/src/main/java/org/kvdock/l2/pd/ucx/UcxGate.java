package org.kvdock.l2.pd.ucx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides, without a native call, whether the UCX of this machine is one that was tried with the jucx in this bundle.
 * Others may load and then end the process in mid use.
 */
final class UcxGate {
    /** Which versions of UCX were tried with which jucx. */
    static final Map<String, Set<String>> TRIED = Map.of("1.14", Set.of("1.13.1"));
    /** The jucx in this bundle. */
    static final String JUCX = "1.14";

    private static final String LIBRARY = "libucp.so.0";
    private static final String INSTALL = "install UCX " + String.join(" or ", TRIED.get(JUCX)) + " (Debian 12: apt-get install libucx0)";
    // Where the dynamic loader looks after LD_LIBRARY_PATH, on distributions for x86-64.
    private static final List<String> USUAL = List.of(
            "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/usr/local/lib", "/usr/lib");

    private final String architecture;
    private final List<Path> directories;

    /**
     * @param architecture the JVM's {@code os.arch}
     * @param directories where the dynamic loader looks, in its order
     */
    UcxGate(String architecture, List<Path> directories) {
        this.architecture = architecture;
        this.directories = directories;
    }

    /** @return the gate for this machine */
    static UcxGate here() {
        List<Path> directories = new ArrayList<>();
        String path = System.getenv("LD_LIBRARY_PATH");
        if (path != null) {
            for (String directory : path.split("[:;]")) {
                if (!directory.isEmpty()) {
                    directories.add(Path.of(directory));
                }
            }
        }
        USUAL.forEach(directory -> directories.add(Path.of(directory)));
        return new UcxGate(System.getProperty("os.arch"), directories);
    }

    /** @return why UCX cannot be used, and what to do about it, in one line; empty if it can */
    Optional<String> obstacle() {
        if (!architecture.equals("amd64")) {
            return Optional.of("jucx " + JUCX + " is made for x86-64, this JVM runs on " + architecture);
        }
        Optional<Path> library = library();
        if (library.isEmpty()) {
            return Optional.of("no " + LIBRARY + " on this machine; " + INSTALL);
        }
        return refusal(library.get());
    }

    /** @return the file that would be loaded */
    Optional<Path> library() {
        return directories.stream().map(directory -> directory.resolve(LIBRARY)).filter(Files::isRegularFile).findFirst();
    }

    /** @return the version of UCX that would be loaded */
    String version() throws IOException {
        return ElfVersion.of(library().orElseThrow(() -> new IOException("no " + LIBRARY + " on this machine")));
    }

    /** @return why that file is not let through, in one line; empty if it is */
    static Optional<String> refusal(Path library) {
        try {
            String version = ElfVersion.of(library);
            return TRIED.get(JUCX).contains(version)
                    ? Optional.empty()
                    : Optional.of("UCX " + version + " (" + library + ") was not tried with jucx " + JUCX + "; " + INSTALL);
        } catch (IOException e) {
            return Optional.of("the version of UCX cannot be told (" + e.getMessage() + "); " + INSTALL);
        }
    }
}
