package org.kvdock.l2.pd.security;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and private keys in PEM form. */
public final class Certificates {
    private static final Pattern KEY = block("PRIVATE KEY");
    private static final Pattern CERTIFICATE = block("CERTIFICATE");

    private Certificates() {}

    private static Pattern block(String type) {
        return Pattern.compile("-----BEGIN " + type + "-----([A-Za-z0-9+/=\\s]*)-----END " + type + "-----");
    }

    private static byte[] decode(Pattern block, String text) {
        Matcher found = block.matcher(text);
        if (!found.find()) {
            throw new IllegalArgumentException("no block in PEM form");
        }
        return Base64.getMimeDecoder().decode(found.group(1));
    }

    /**
     * @param text PEM with one certificate; only the first counts
     * @return the certificate
     * @throws IllegalArgumentException if there is none
     */
    public static X509Certificate certificate(String text) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(decode(CERTIFICATE, text)));
        } catch (CertificateException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * @param text PEM with one PKCS #8 key without password
     * @param algorithm of the certificate's public key
     * @return the key
     * @throws IllegalArgumentException if there is none
     */
    static PrivateKey privateKey(String text, String algorithm) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(decode(KEY, text)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** @return the bytes as a PEM block */
    static String pem(String type, byte[] encoded) {
        Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        return "-----BEGIN " + type + "-----\n" + lines.encodeToString(encoded) + "\n-----END " + type + "-----\n";
    }
}
