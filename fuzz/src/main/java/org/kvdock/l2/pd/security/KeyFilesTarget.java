package org.kvdock.l2.pd.security;

import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.kvdock.fuzz.Decoding;
import org.kvdock.fuzz.Finding;
import org.kvdock.fuzz.FuzzTarget;
import org.kvdock.fuzz.InputReader;

/**
 * The text of key files: CURVE keys, certificates, private keys. Of the last two the bytes within the PEM are the input, since
 * a base-64 reader would refuse nearly everything. What the JDK says of them may quote them, so it goes into no message.
 */
public final class KeyFilesTarget implements FuzzTarget {
    /** Jazzer's hooks into regular expressions take memory on this thread too, more than the parser does. */
    // The parser takes about a kilobyte. Jazzer's own hooks around each use of a pattern take the rest.
    private static final Decoding CURVE = new Decoding(IllegalArgumentException.class, 4 << 20, 1000);
    private static final String[] ALGORITHMS = {"EC", "RSA", "Ed25519"};
    private static final String PUBLIC = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
    private static final String SECRET = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6";

    @Override
    public String name() {
        return "key-files";
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        seeds.add(bytes("0" + new CurveKeys(PUBLIC, Optional.of(SECRET)).text("r")));
        seeds.add(bytes("0" + new CurveKeys(PUBLIC, Optional.empty()).text("r")));
        seeds.add(bytes("0public-key = \"short\""));
        seeds.add(bytes("3-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
        // The beginnings of a certificate and of an EC key: SEQUENCE { SEQUENCE { [0] { INTEGER 2 } ... and so on.
        seeds.add(new byte[] {'1', 0x30, 0x0b, 0x30, 0x09, (byte) 0xa0, 3, 2, 1, 2, 2, 1, 1, 0x30});
        seeds.add(new byte[] {'2', 0, 0x30, 0x14, 2, 1, 0, 0x30, 0x0a, 6, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 3, 1, 7, 4, 3, 1, 2, 3});
        return seeds;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void run(byte[] input) {
        InputReader in = new InputReader(input);
        switch (in.u8() % 4) {
            case 0 -> curve(in.latin());
            case 1 -> refusing(() -> Certificates.certificate(Certificates.pem("CERTIFICATE", in.rest())), X509Certificate.class);
            case 2 -> {
                String algorithm = ALGORITHMS[in.u8() % ALGORITHMS.length];
                refusing(() -> Certificates.privateKey(Certificates.pem("PRIVATE KEY", in.rest()), algorithm), PrivateKey.class);
            }
            default -> refusing(() -> Certificates.certificate(in.latin()), X509Certificate.class);
        }
    }

    private static void curve(String text) {
        Optional<CurveKeys> keys = CURVE.decoded(text.length(), () -> CurveKeys.parse(text));
        if (keys.isPresent()) {
            Finding.unless(CurveKeys.parse(keys.get().text("x")).equals(keys.get()), "written and read, other keys: " + keys);
            Finding.unless(keys.get().publicBytes().length == 32, "a key of another length: " + keys);
            keys.get().secretKey().ifPresent(secret -> {
                Finding.unless(keys.get().secretBytes().length == 32, "a secret of another length");
                Finding.unless(secret.equals(keys.get().publicKey()) || !keys.toString().contains(secret), "the secret is printed");
            });
        }
    }

    private static void refusing(Supplier<?> decoder, Class<?> result) {
        try {
            Finding.unless(result.isInstance(decoder.get()), "nothing, or something else than it must be");
        } catch (IllegalArgumentException e) {
            // As it should; Identity says which file, and leaves out what the JDK quotes.
        }
    }
}
