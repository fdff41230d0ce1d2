package org.kvdock.l2.pd.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Key files for tests, made once: senders a and b, receivers r and q, a proxy p; and a stranger's pair x and y. */
public final class TestKeys {
    private static Path ours;
    private static Path strangers;

    private TestKeys() {}

    /** @return the directory of one of ours */
    public static synchronized Path of(String name) {
        if (ours == null) {
            ours = make(new KeyMaker.Plan(List.of("a", "b"), List.of("r", "q"), List.of("p"), 90));
        }
        return ours.resolve(name);
    }

    /** @return the directory of somebody with keys that we do not know */
    public static synchronized Path stranger(String name) {
        if (strangers == null) {
            strangers = make(new KeyMaker.Plan(List.of("x"), List.of("y"), List.of(), 90));
        }
        return strangers.resolve(name);
    }

    private static Path make(KeyMaker.Plan plan) {
        try {
            Path directory = Files.createTempDirectory("kvdock-keys");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(directory)));
            KeyMaker.make(directory, plan);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return a copy in a new directory below that one, to be spoilt */
    public static Path copy(Path from, Path into) throws IOException {
        Path copy = into.resolve(from.getFileName().toString());
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return copy;
    }

    /**
     * Copies of the receiver's and the sender's directories in which the receiver pins a certificate of the sender that
     * has expired. The sender's own directory can no adapter open, but {@link #connect} can.
     */
    public static Path expired(Path into, String receiver, String sender) throws IOException {
        SelfSigned old = SelfSigned.make(into, sender, "-10d", 5);
        copy(of(receiver), into);
        copy(of(sender), into);
        Files.writeString(into.resolve(receiver).resolve("peers").resolve(sender + ".crt"), old.certificate());
        Files.writeString(into.resolve(sender).resolve("identity.crt"), old.certificate());
        Files.writeString(into.resolve(sender).resolve("identity.key"), old.key());
        return into;
    }

    /** @return a TLS connection of somebody with these key files, who trusts whoever is at the other end */
    public static Socket connect(Path keys, int port) throws IOException {
        try {
            X509Certificate certificate = Certificates.certificate(Files.readString(keys.resolve("identity.crt")));
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, new char[0]);
            store.setKeyEntry(
                    "own", Certificates.privateKey(Files.readString(keys.resolve("identity.key")), "EC"), new char[0],
                    new Certificate[] {certificate});
            KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(factory.getKeyManagers(), new TrustManager[] {new TrustingAll()}, null);
            return context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static void remove(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            // What is left is in a temporary directory.
        }
    }
}
