package org.kvdock.l2.pd.security;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.zeromq.ZMQ;

/**
 * CURVE keys in text form, as ZeroMQ's own tools write them: Z85 in a {@code curve} section.
 *
 * <pre>
 *  metadata
 *      name = "sender"
 *  curve
 *      public-key = "40 characters"
 *      secret-key = "40 characters"
 * </pre>
 *
 * @param publicKey 40 characters of Z85
 * @param secretKey the same; empty in what peers get
 */
public record CurveKeys(String publicKey, Optional<String> secretKey) {
    private static final int CHARACTERS = 40;
    private static final Pattern LINE = Pattern.compile("(?m)^[ \\t]*(public-key|secret-key)[ \\t]*=[ \\t]*\"([^\"\\r\\n]*)\"[ \\t]*\\r?$");
    private static final Pattern Z85 = Pattern.compile("[0-9a-zA-Z.\\-:+=^!/*?&<>()\\[\\]{}@%$#]{" + CHARACTERS + "}");

    /** @return a new pair */
    static CurveKeys generate() {
        ZMQ.Curve.KeyPair pair = ZMQ.Curve.generateKeyPair();
        return new CurveKeys(pair.publicKey, Optional.of(pair.secretKey));
    }

    /**
     * @param text a file's text
     * @return the keys in it
     * @throws IllegalArgumentException if there is no public key, a key twice, or one that is no key
     */
    public static CurveKeys parse(String text) {
        String publicKey = null;
        String secretKey = null;
        Matcher lines = LINE.matcher(text);
        while (lines.find()) {
            String key = lines.group(2);
            boolean isPublic = lines.group(1).equals("public-key");
            if ((isPublic ? publicKey : secretKey) != null || !isKey(key)) {
                throw new IllegalArgumentException(lines.group(1));
            }
            if (isPublic) {
                publicKey = key;
            } else {
                secretKey = key;
            }
        }
        if (publicKey == null) {
            throw new IllegalArgumentException("public-key");
        }
        return new CurveKeys(publicKey, Optional.ofNullable(secretKey));
    }

    // Five characters stand for 32 bits, and the highest of them could stand for more.
    private static boolean isKey(String text) {
        if (!Z85.matcher(text).matches()) {
            return false;
        }
        try {
            byte[] key = ZMQ.Curve.z85Decode(text);
            return key != null && ZMQ.Curve.z85Encode(key).equals(text);
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** @return what others may know */
    CurveKeys withoutSecret() {
        return new CurveKeys(publicKey, Optional.empty());
    }

    /** @return the text of a file */
    String text(String name) {
        return "#   CURVE keys of " + name + " for ZeroMQ, made by kvdock"
                + secretKey.map(key -> "; the secret key is for " + name + " alone").orElse("") + "\n\n"
                + "metadata\n    name = \"" + name + "\"\ncurve\n    public-key = \"" + publicKey + "\"\n"
                + secretKey.map(key -> "    secret-key = \"" + key + "\"\n").orElse("");
    }

    /** @return the public key as ZeroMQ's options take it */
    public byte[] publicBytes() {
        return ZMQ.Curve.z85Decode(publicKey);
    }

    /** @return the secret key as ZeroMQ's options take it */
    public byte[] secretBytes() {
        return ZMQ.Curve.z85Decode(secretKey.orElseThrow());
    }

    @Override
    public String toString() {
        // No secret in a log.
        return "CURVE " + publicKey;
    }
}
