package org.kvdock.l2.pd.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kvdock.l2.BadConfigurationException;

class KeyFilesTest {
    @TempDir
    private Path temporary;

    private Path spoilt() throws IOException {
        return TestKeys.copy(TestKeys.of("r"), temporary);
    }

    private static String refused(Path directory) {
        String message = assertThrows(BadConfigurationException.class, () -> Identity.load(directory)).getMessage();
        assertTrue(message.startsWith("security_dir: "), message);
        assertFalse(message.contains("\n"), message);
        return message;
    }

    private static void assertRefused(Path directory, Path file, String why) {
        String message = refused(directory);
        assertTrue(message.contains(file.toString()), message);
        assertTrue(message.contains(why), message);
    }

    @Test
    @DisplayName("what kvdock keys makes can be used, is its owner's alone, and each end has no secret but its own")
    void made() throws IOException {
        Identity receiver = Identity.load(TestKeys.of("r"));
        assertEquals(new TreeSet<>(List.of("a", "b", "p")), receiver.peers().keySet());
        assertEquals(Optional.empty(), receiver.peers().get("p").certificate());
        Identity sender = Identity.load(TestKeys.of("a"));
        assertEquals(new TreeSet<>(List.of("p", "q", "r")), sender.peers().keySet());
        assertEquals(receiver.certificate(), sender.peers().get("r").certificate().orElseThrow());
        assertEquals(receiver.curve().publicKey(), sender.peers().get("r").curve().publicKey());
        int files = 0;
        try (Stream<Path> all = Files.walk(TestKeys.of("r").getParent())) {
            for (Path file : all.toList()) {
                boolean directory = Files.isDirectory(file);
                assertEquals(
                        directory ? "rwx------" : "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file)), file.toString());
                if (!directory) {
                    files++;
                    String text = Files.readString(file);
                    boolean secret = text.contains("secret-key") || text.contains("PRIVATE");
                    String name = file.getFileName().toString();
                    assertEquals(name.equals("identity.curve") || name.equals("identity.key"), secret, file.toString());
                }
            }
        }
        // Each of a, b, r, q: three of its own and 2 x 2 + 1 of its peers; p: one of its own and four of its peers.
        assertEquals(4 * (3 + 5) + 5, files);
    }

    @Test
    @DisplayName("no secret is printed by accident")
    void nothingPrinted() {
        Identity receiver = Identity.load(TestKeys.of("r"));
        String printed = receiver.toString() + receiver.curve();
        assertFalse(printed.contains(receiver.curve().secretKey().orElseThrow()), printed);
    }

    @Test
    @DisplayName("nothing is overwritten, and names that are no file names are refused")
    void noOverwriting() throws IOException {
        KeyMaker.Plan plan = new KeyMaker.Plan(List.of("a"), List.of("r"), List.of(), 1);
        Path file = Files.writeString(temporary.resolve("file"), "mine");
        assertThrows(FileAlreadyExistsException.class, () -> KeyMaker.make(temporary, plan));
        assertThrows(FileAlreadyExistsException.class, () -> KeyMaker.make(file, plan));
        assertEquals("mine", Files.readString(file));
        for (String name : List.of("", "../up", "a/b", ".hidden", "a b", "x".repeat(65))) {
            assertThrows(
                    IllegalArgumentException.class, () -> new KeyMaker.Plan(List.of(name), List.of("r"), List.of(), 1), name);
        }
        assertThrows(IllegalArgumentException.class, () -> new KeyMaker.Plan(List.of("r"), List.of("r"), List.of(), 1));
        assertThrows(IllegalArgumentException.class, () -> new KeyMaker.Plan(List.of("a"), List.of("r"), List.of(), 0));
    }

    @ParameterizedTest(name = "case 56: {0} is missing")
    @ValueSource(strings = {"identity.curve", "identity.key", "identity.crt", "peers", "."})
    @DisplayName("case 56: a missing key file is refused by name")
    void missing(String name) throws IOException {
        Path directory = spoilt();
        Path file = name.equals(".") ? directory : directory.resolve(name);
        try (Stream<Path> all = Files.walk(file)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
        assertRefused(directory, file, "is missing");
    }

    @ParameterizedTest(name = "case 56: {0} with mode {1}")
    @org.junit.jupiter.params.provider.CsvSource({
        "identity.key, rw-r-----", "identity.key, rw----r--", "identity.curve, rw-r--r--", "identity.curve, rw--w----",
        "identity.crt, rw-rw-r--", "peers/a.crt, rw-r--rw-", "peers/a.curve, rw-rw----", "peers, rwxrwx---", ".,rwx---rwx"
    })
    @DisplayName("case 56: a secret that others can read, and a file that others can write, is refused by name and mode")
    void tooOpen(String name, String mode) throws IOException {
        Path directory = spoilt();
        Path file = name.equals(".") ? directory : directory.resolve(name);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        assertRefused(directory, file, "has mode " + mode);
    }

    @Test
    @DisplayName("what is no secret may be read by others, and secrets may lie behind links")
    void notTooStrict() throws IOException {
        Path directory = spoilt();
        for (String name : List.of("identity.crt", "peers/a.crt", "peers/a.curve")) {
            Files.setPosixFilePermissions(directory.resolve(name), PosixFilePermissions.fromString("rw-r--r--"));
        }
        Path elsewhere = Files.move(directory.resolve("identity.key"), temporary.resolve("elsewhere.key"));
        Files.createSymbolicLink(directory.resolve("identity.key"), elsewhere);
        assertEquals(3, Identity.load(directory).peers().size());
        Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused(directory, directory.resolve("identity.key"), "has mode rw-r--r--");
    }

    @Test
    @DisplayName("case 56: a key file of another user is refused")
    void anotherUsers() throws IOException {
        assumeTrue((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0, "only root can give files away");
        Path directory = spoilt();
        Path file = directory.resolve("identity.key");
        Files.setAttribute(file, "unix:uid", 12345);
        assertRefused(directory, file, "belongs to user 12345");
    }

    @Test
    @DisplayName("case 56: damaged, foreign, empty and endless files are refused by name")
    void damaged() throws IOException {
        Path directory = spoilt();
        for (String name : List.of("identity.curve", "identity.key", "identity.crt", "peers/a.crt", "peers/a.curve")) {
            Path file = directory.resolve(name);
            byte[] good = Files.readAllBytes(file);
            for (String text : List.of("", "garbage", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                    "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "public-key = \"" + "#".repeat(40) + "\"\n")) {
                Files.writeString(file, text);
                assertRefused(directory, file, "is damaged");
            }
            Files.writeString(file, "#".repeat(65_537));
            assertRefused(directory, file, "longer than a key file");
            Files.write(file, good);
        }
        Files.copy(TestKeys.of("q").resolve("identity.key"), directory.resolve("identity.key"), StandardCopyOption.REPLACE_EXISTING);
        assertRefused(directory, directory.resolve("identity.key"), "is not the key of identity.crt");
    }

    @Test
    @DisplayName("a secret key among the peers, and an identity without one, are refused")
    void secretsInTheWrongPlace() throws IOException {
        Path directory = spoilt();
        Path peer = directory.resolve("peers/a.curve");
        Files.copy(TestKeys.of("a").resolve("identity.curve"), peer, StandardCopyOption.REPLACE_EXISTING);
        assertRefused(directory, peer, "has a secret-key");
        Files.delete(peer);
        Files.copy(TestKeys.of("a").resolve("peers/r.curve"), directory.resolve("identity.curve"), StandardCopyOption.REPLACE_EXISTING);
        assertRefused(directory, directory.resolve("identity.curve"), "has no secret-key");
    }

    @Test
    @DisplayName("case 56: an expired certificate and one that is not valid yet are refused with their dates")
    void expired() throws IOException {
        for (String start : List.of("-10d", "+1d")) {
            SelfSigned bad = SelfSigned.make(temporary, "r", start, 5);
            Path directory = spoilt();
            Files.writeString(directory.resolve("identity.crt"), bad.certificate());
            Files.writeString(directory.resolve("identity.key"), bad.key());
            assertRefused(directory, directory.resolve("identity.crt"), "must be valid now");
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    @Test
    @DisplayName("a certificate that expires soon is told of at the start")
    void expiresSoon() throws IOException, InterruptedException {
        SelfSigned soon = SelfSigned.make(temporary, "a", 20);
        Path directory = spoilt();
        Files.writeString(directory.resolve("peers/a.crt"), soon.certificate());
        try (Warnings warnings = new Warnings()) {
            Security.open("test", new SecuritySettings(Optional.of(directory), Optional.empty(), Optional.empty(), false), false, List.of());
            assertEquals(1, warnings.lines("test: the certificate of a expires on").size());
            assertEquals(1, warnings.lines().size());
        }
    }

    @Test
    @DisplayName("a sender that knows several receivers must be told which it is")
    void whichReceiver() {
        Path directory = TestKeys.of("a");
        SecuritySettings untold = new SecuritySettings(Optional.of(directory), Optional.empty(), Optional.empty(), false);
        String message = assertThrows(BadConfigurationException.class, () -> Security.open("s", untold, true, List.of())).getMessage();
        assertEquals("peer_key: is missing, must say which peer is the receiver: one of [q, r]", message);
        for (String name : List.of("nobody", "p")) {
            SecuritySettings wrong = new SecuritySettings(Optional.of(directory), Optional.of(name), Optional.empty(), false);
            message = assertThrows(BadConfigurationException.class, () -> Security.open("s", wrong, true, List.of())).getMessage();
            assertTrue(message.startsWith("peer_key: " + name), message);
        }
        SecuritySettings told = new SecuritySettings(Optional.of(directory), Optional.of("q"), Optional.of("p"), false);
        assertEquals("TLS 1.3 and CURVE, to q", Security.open("s", told, true, List.of()).toString());
    }
}
