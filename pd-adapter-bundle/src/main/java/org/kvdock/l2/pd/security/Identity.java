package org.kvdock.l2.pd.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.kvdock.l2.BadConfigurationException;

/**
 * One end's key files, read and checked.
 *
 * <pre>
 *  identity.curve       this end's CURVE pair              secret
 *  identity.key         the certificate's private key      secret
 *  identity.crt         this end's certificate
 *  peers/NAME.curve     a peer's public CURVE key
 *  peers/NAME.crt       the same peer's certificate; without it the peer may use the control plane alone
 * </pre>
 *
 * @param curve this end's CURVE pair
 * @param key the certificate's private key
 * @param certificate this end's certificate
 * @param peers who may connect, or be connected to, by name
 */
record Identity(CurveKeys curve, PrivateKey key, X509Certificate certificate, Map<String, Peer> peers) {
    static final String CURVE_FILE = "identity.curve";
    static final String KEY_FILE = "identity.key";
    static final String CERTIFICATE_FILE = "identity.crt";
    static final String PEERS = "peers";
    static final String CURVE = ".curve";
    static final String CERTIFICATE = ".crt";
    /** What a peer may be called. */
    static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final int MOST_PEERS = 1024;

    /**
     * @param name the name of its files
     * @param curve its public key
     * @param certificate its certificate; empty for one that has no business on the data plane
     */
    record Peer(String name, CurveKeys curve, Optional<X509Certificate> certificate) {}

    /**
     * @param directory as above
     * @return what is in it
     * @throws BadConfigurationException if a file is missing, is no key, or is too open, if the certificate has expired or
     *     is not the private key's; the message names the file
     */
    static Identity load(Path directory) {
        KeyFile.directory(directory);
        Path curveFile = directory.resolve(CURVE_FILE);
        CurveKeys curve = parsed(curveFile, KeyFile.secret(curveFile), CurveKeys::parse, "CURVE keys");
        if (curve.secretKey().isEmpty()) {
            throw KeyFile.bad(curveFile, "has no secret-key, must have both");
        }
        Path certificateFile = directory.resolve(CERTIFICATE_FILE);
        X509Certificate certificate =
                parsed(certificateFile, KeyFile.shared(certificateFile), Certificates::certificate, "a certificate in PEM form");
        try {
            certificate.checkValidity();
        } catch (CertificateException e) {
            throw KeyFile.bad(certificateFile, "is valid from " + certificate.getNotBefore().toInstant() + " to "
                    + certificate.getNotAfter().toInstant() + ", must be valid now (./kvdock keys makes a new one)");
        }
        Path keyFile = directory.resolve(KEY_FILE);
        String algorithm = certificate.getPublicKey().getAlgorithm();
        PrivateKey key = parsed(
                keyFile, KeyFile.secret(keyFile), text -> Certificates.privateKey(text, algorithm),
                "a private key (PKCS #8, no password) in PEM form");
        if (!belongTogether(key, certificate)) {
            throw KeyFile.bad(keyFile, "is not the key of " + CERTIFICATE_FILE + ", must be");
        }
        return new Identity(curve, key, certificate, peers(directory.resolve(PEERS)));
    }

    private static Map<String, Peer> peers(Path directory) {
        KeyFile.directory(directory);
        Map<String, Peer> peers = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + CURVE)) {
            for (Path file : files) {
                String fileName = file.getFileName().toString();
                String name = fileName.substring(0, fileName.length() - CURVE.length());
                if (!NAME.matcher(name).matches()) {
                    throw KeyFile.bad(file, "has a name that is not allowed, must match " + NAME);
                }
                if (peers.size() == MOST_PEERS) {
                    throw KeyFile.bad(directory, "has too many peers, must be at most " + MOST_PEERS);
                }
                peers.put(name, peer(name, file, directory.resolve(name + CERTIFICATE)));
            }
        } catch (IOException e) {
            throw KeyFile.bad(directory, "cannot be listed (" + e.getMessage() + "), must be readable");
        }
        if (peers.isEmpty()) {
            throw KeyFile.bad(directory, "has no peer, must have at least one NAME" + CURVE);
        }
        return peers;
    }

    private static Peer peer(String name, Path curveFile, Path certificateFile) {
        CurveKeys curve = parsed(curveFile, KeyFile.shared(curveFile), CurveKeys::parse, "CURVE keys");
        if (curve.secretKey().isPresent()) {
            throw KeyFile.bad(curveFile, "has a secret-key, must be the peer's public file: keep secrets where they belong");
        }
        Optional<X509Certificate> certificate = Files.exists(certificateFile)
                ? Optional.of(parsed(
                        certificateFile, KeyFile.shared(certificateFile), Certificates::certificate, "a certificate in PEM form"))
                : Optional.empty();
        return new Peer(name, curve, certificate);
    }

    private static <T> T parsed(Path file, String text, Function<String, T> parser, String what) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            // Its cause may quote the file.
            throw KeyFile.bad(file, "is damaged, must be " + what);
        }
    }

    private static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
        try {
            Signature signature = Signature.getInstance(switch (key.getAlgorithm()) {
                case "EC" -> "SHA256withECDSA";
                case "EdDSA" -> "EdDSA";
                default -> "SHA256with" + key.getAlgorithm();
            });
            byte[] sample = "kvdock".getBytes(StandardCharsets.US_ASCII);
            signature.initSign(key);
            signature.update(sample);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(sample);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        // No secret in a log.
        return certificate.getSubjectX500Principal() + ", peers " + peers.keySet();
    }
}
