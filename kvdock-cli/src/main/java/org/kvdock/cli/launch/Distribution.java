package org.kvdock.cli.launch;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The jars that the build laid out: this program's own jar, and {@code lib} beside it with all others. Every jar in it
 * that a framework gets is a bundle as it is.
 */
public final class Distribution {
    private static final List<String> OSGI = List.of(
            "org.osgi.util.function",
            "org.osgi.util.promise",
            "org.osgi.service.component",
            "org.apache.felix.configadmin",
            "org.apache.felix.scr");
    private static final List<String> LIBRARIES = List.of("jackson-core", "jnacl", "jeromq", "msgpack-core");
    // In the order of knowing: bundles stop in the reverse order, so whoever uses something stops before it.
    private static final List<String> KVDOCK = List.of(
            "l2-adapter-api",
            "eventfd-fragment",
            "chronicle-journal",
            "mock-adapter-bundle",
            "pd-adapter-bundle",
            "cache-host");
    /** Loads native code of the machine; installed only where a configuration asks for it. */
    private static final String UCX = "pd-channel-ucx";
    private static final List<String> CONSOLE =
            List.of("org.apache.felix.gogo.runtime", "org.apache.felix.gogo.command", "org.apache.felix.gogo.shell");
    /** What a child process has on its class path, outside the framework. */
    private static final List<String> LAUNCHER = List.of("org.apache.felix.framework", "jackson-core");

    private final Path own;
    private final Path lib;

    private Distribution(Path own) {
        this.own = own;
        this.lib = own.resolveSibling("lib");
    }

    /**
     * @return the distribution that this class was loaded from
     * @throws IOException if it was not loaded from a jar with {@code lib} beside it
     */
    public static Distribution own() throws IOException {
        try {
            Path jar = Path.of(Distribution.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            return at(jar);
        } catch (URISyntaxException e) {
            throw new IOException("this program's own jar cannot be found: " + e.getMessage(), e);
        }
    }

    /**
     * @param jar this program's jar
     * @return its distribution
     * @throws IOException if it is no jar with {@code lib} beside it
     */
    public static Distribution at(Path jar) throws IOException {
        Distribution found = new Distribution(jar.toAbsolutePath());
        if (!Files.isRegularFile(jar) || !Files.isDirectory(found.lib)) {
            throw new IOException(jar + ": must be the jar that the build made, with the folder lib beside it");
        }
        return found;
    }

    /**
     * @param console whether the host has a console
     * @param ucx whether a configuration asks for the channel ucx
     * @return bundles to install, in this order
     * @throws IOException if one is missing
     */
    List<Path> bundles(boolean console, boolean ucx) throws IOException {
        List<Path> bundles = new ArrayList<>();
        for (String name : OSGI) {
            bundles.add(jar(name));
        }
        if (console) {
            for (String name : CONSOLE) {
                bundles.add(jar(name));
            }
        }
        for (String name : LIBRARIES) {
            bundles.add(jar(name));
        }
        for (String name : KVDOCK) {
            bundles.add(jar(name));
        }
        if (ucx) {
            bundles.add(jar(UCX));
        }
        bundles.add(own);
        return bundles;
    }

    /** @return the class path of a child process that embeds a framework */
    String launcherClassPath() throws IOException {
        List<Path> jars = new ArrayList<>();
        jars.add(own);
        for (String name : LAUNCHER) {
            jars.add(jar(name));
        }
        return jars.stream().map(Path::toString).collect(Collectors.joining(java.io.File.pathSeparator));
    }

    private Path jar(String artifact) throws IOException {
        try (Stream<Path> files = Files.list(lib)) {
            List<Path> found = files.filter(file -> isVersionOf(artifact, file.getFileName().toString())).toList();
            if (found.size() != 1) {
                throw new IOException(lib + ": " + found.size() + " jars of " + artifact + ", must be one; build again with mvn clean package");
            }
            return found.get(0);
        }
    }

    private static boolean isVersionOf(String artifact, String file) {
        return file.endsWith(".jar")
                && file.startsWith(artifact + "-")
                && Character.isDigit(file.charAt(artifact.length() + 1));
    }
}
