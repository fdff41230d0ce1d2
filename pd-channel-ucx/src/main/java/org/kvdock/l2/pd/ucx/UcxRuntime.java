package org.kvdock.l2.pd.ucx;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.stream.Stream;
import org.openucx.jucx.NativeLibs;
import org.openucx.jucx.UcxUtils;

/** The native libraries, loaded once for this class loader. Guarded by the class's monitor. */
final class UcxRuntime {
    private static final String NATIVE_HALF = "libjucx.so";
    // Null as long as nothing is loaded.
    private static String version;

    private UcxRuntime() {}

    /**
     * Loads them if the gate lets them through. What the dynamic loader really took is looked at once more before the
     * first call into it.
     *
     * @throws IOException if UCX cannot be used; one line says why
     */
    static synchronized void load(UcxGate gate) throws IOException {
        if (version != null) {
            return;
        }
        Optional<String> obstacle = gate.obstacle();
        if (obstacle.isPresent()) {
            throw new IOException(obstacle.get());
        }
        try {
            loadNativeHalf();
        } catch (UnsatisfiedLinkError e) {
            throw new IOException(NATIVE_HALF + " cannot be loaded: " + e.getMessage());
        }
        Path mapped = mapped();
        Optional<String> refusal = UcxGate.refusal(mapped);
        if (refusal.isPresent()) {
            throw new IOException(refusal.get());
        }
        version = ElfVersion.of(mapped);
    }

    /** @return the version of UCX that is loaded */
    static synchronized String version() {
        return version;
    }

    private static void loadNativeHalf() throws IOException {
        URL inside = UcxUtils.class.getClassLoader().getResource(NATIVE_HALF);
        if (inside == null || inside.getProtocol().equals("jar")) {
            NativeLibs.load();
            return;
        }
        // In a framework the library's own loader does not find itself. The file may go as soon as it is mapped.
        Path copy = Files.createTempFile("kvdock-", "-" + NATIVE_HALF);
        try {
            try (InputStream in = inside.openStream()) {
                Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
            }
            System.load(copy.toString());
        } finally {
            Files.delete(copy);
        }
    }

    private static Path mapped() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("/libucp.so"))
                    .map(line -> Path.of(line.substring(line.indexOf('/'))))
                    .findFirst()
                    .orElseThrow(() -> new IOException("libucp is not mapped"));
        }
    }
}
