package org.kvdock.itests;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.rmi.server.RMISocketFactory;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * Keeps the remote calls by which Pax Exam steers a forked container on this machine: by itself RMI listens on every
 * address. Installed in the test's JVM, and as an agent in the container's, since that one runs none of our code first.
 */
public final class LoopbackRmi extends RMISocketFactory {
    private LoopbackRmi() {}

    /** The agent's entry. */
    public static void premain(String arguments) throws IOException {
        RMISocketFactory.setSocketFactory(new LoopbackRmi());
    }

    /** In this JVM. It takes one factory in its life; a second call changes nothing. */
    static void install() {
        if (!(RMISocketFactory.getSocketFactory() instanceof LoopbackRmi)) {
            try {
                premain("");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** @return a jar with this class alone, for {@code -javaagent}; goes with this JVM */
    static Path agent() {
        String file = LoopbackRmi.class.getName().replace('.', '/') + ".class";
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", LoopbackRmi.class.getName());
        try {
            Path jar = Files.createTempFile("loopback-rmi", ".jar");
            jar.toFile().deleteOnExit();
            try (OutputStream bytes = Files.newOutputStream(jar); JarOutputStream out = new JarOutputStream(bytes, manifest)) {
                out.putNextEntry(new JarEntry(file));
                LoopbackRmi.class.getClassLoader().getResourceAsStream(file).transferTo(out);
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return new ServerSocket(port, 0, InetAddress.getLoopbackAddress());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return new Socket(host, port);
    }
}
