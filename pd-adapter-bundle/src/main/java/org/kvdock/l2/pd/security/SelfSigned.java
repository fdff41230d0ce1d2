package org.kvdock.l2.pd.security;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A private key and its certificate, both in PEM form. The JDK has no interface that signs certificates, but its keytool
 * does; what comes out of it is taken from its store and the store is removed.
 *
 * @param key PKCS #8 without password
 * @param certificate self-signed, EC P-256
 */
record SelfSigned(String key, String certificate) {
    private static final String PASSWORD = "KVDOCK_STORE_PASSWORD";
    private static final String ALIAS = "kvdock";
    private static final long MOST_SECONDS = 60;

    /**
     * @param directory where the store lives for a moment
     * @param days how long the certificate is good for
     */
    static SelfSigned make(Path directory, String name, int days) throws IOException {
        // Clocks of two machines need not agree to the second.
        return make(directory, name, "-1H", days);
    }

    /** @param start when its life begins, as keytool's {@code -startdate} takes it */
    static SelfSigned make(Path directory, String name, String start, int days) throws IOException {
        Path temporary = Files.createTempDirectory(
                directory, ".keytool", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path store = temporary.resolve("store.p12");
        String password = new BigInteger(160, new SecureRandom()).toString(36);
        try {
            run(password, List.of(
                    "-genkeypair", "-alias", ALIAS, "-keyalg", "EC", "-groupname", "secp256r1",
                    "-sigalg", "SHA256withECDSA", "-dname", "CN=" + name + ", O=kvdock",
                    "-startdate", start, "-validity", Integer.toString(days),
                    "-ext", "KeyUsage=digitalSignature", "-ext", "ExtendedKeyUsage=serverAuth,clientAuth",
                    "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass:env", PASSWORD));
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, password.toCharArray());
            }
            return new SelfSigned(
                    Certificates.pem("PRIVATE KEY", keys.getKey(ALIAS, password.toCharArray()).getEncoded()),
                    Certificates.pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException("keytool's store cannot be read: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(store);
            Files.deleteIfExists(temporary);
        }
    }

    private static void run(String password, List<String> arguments) throws IOException {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        if (!Files.isExecutable(keytool)) {
            throw new IOException(keytool + ": is missing, must be there: it makes the certificates, and comes with every JDK");
        }
        List<String> command = new ArrayList<>(List.of(keytool.toString(), "-J-XX:TieredStopAtLevel=1"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // In the environment, since every user of the machine can read command lines.
        builder.environment().put(PASSWORD, password);
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readNBytes(16 << 10), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("keytool failed: " + said.lines().findFirst().orElse("it says nothing"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while keytool ran", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
