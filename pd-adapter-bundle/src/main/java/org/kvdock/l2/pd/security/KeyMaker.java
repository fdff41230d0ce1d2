package org.kvdock.l2.pd.security;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes the key files of senders and receivers that are to work together: one directory for each, with its own secrets
 * and what it needs of the others. Each directory belongs on its own machine and nowhere else.
 */
public final class KeyMaker {
    /** Longest life of a certificate. */
    public static final int MOST_DAYS = 3650;

    private static final FileAttribute<Set<PosixFilePermission>> OWN_DIRECTORY = permissions("rwx------");
    private static final FileAttribute<Set<PosixFilePermission>> OWN_FILE = permissions("rw-------");

    /**
     * @param senders names, at least one
     * @param receivers names, at least one
     * @param proxies names; these get CURVE keys alone
     * @param days how long the certificates are good for
     */
    public record Plan(List<String> senders, List<String> receivers, List<String> proxies, int days) {
        /** @throws IllegalArgumentException if a name is not allowed or comes twice; the message says which, whose and what is allowed */
        public Plan {
            senders = List.copyOf(senders);
            receivers = List.copyOf(receivers);
            proxies = List.copyOf(proxies);
            Set<String> seen = new HashSet<>();
            check("sender", senders, seen);
            check("receiver", receivers, seen);
            check("proxy", proxies, seen);
            if (days < 1 || days > MOST_DAYS) {
                throw new IllegalArgumentException("days: " + days + " is not allowed, must be 1 to " + MOST_DAYS);
            }
        }

        private static void check(String what, List<String> names, Set<String> seen) {
            for (String name : names) {
                if (!Identity.NAME.matcher(name).matches()) {
                    throw new IllegalArgumentException(what + ": '" + name
                            + "' is not allowed, must be letters, digits, '.', '_' and '-', at most 64");
                }
                if (!seen.add(name)) {
                    throw new IllegalArgumentException(what + ": '" + name + "' is not allowed twice, must be different names");
                }
            }
        }
    }

    /** One end's new keys. */
    private record Made(String name, CurveKeys curve, Optional<SelfSigned> tls) {}

    private final Path directory;
    private final Plan plan;

    private KeyMaker(Path directory, Plan plan) {
        this.directory = directory;
        this.plan = plan;
    }

    /**
     * @param directory empty or missing; nothing is ever overwritten
     * @param plan for whom
     * @return the new directories, one for each name
     * @throws IOException if the directory is of no use, or keytool fails; what was made until then is there
     */
    public static List<Path> make(Path directory, Plan plan) throws IOException {
        return new KeyMaker(directory, plan).make();
    }

    private List<Path> make() throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                if (files.findAny().isPresent()) {
                    throw new FileAlreadyExistsException(directory.toString(), null, "must be an empty or missing directory");
                }
            } catch (NotDirectoryException e) {
                throw new FileAlreadyExistsException(directory.toString(), null, "is a file, must be an empty or missing directory");
            }
        } else {
            Files.createDirectories(directory, OWN_DIRECTORY);
        }
        List<Made> senders = new ArrayList<>();
        List<Made> receivers = new ArrayList<>();
        List<Made> proxies = new ArrayList<>();
        for (String name : plan.senders()) {
            senders.add(new Made(name, CurveKeys.generate(), Optional.of(SelfSigned.make(directory, name, plan.days()))));
        }
        for (String name : plan.receivers()) {
            receivers.add(new Made(name, CurveKeys.generate(), Optional.of(SelfSigned.make(directory, name, plan.days()))));
        }
        for (String name : plan.proxies()) {
            proxies.add(new Made(name, CurveKeys.generate(), Optional.empty()));
        }
        List<Path> made = new ArrayList<>();
        for (Made sender : senders) {
            made.add(write(sender, receivers, proxies));
        }
        for (Made receiver : receivers) {
            made.add(write(receiver, senders, proxies));
        }
        for (Made proxy : proxies) {
            made.add(write(proxy, senders, receivers));
        }
        return made;
    }

    private Path write(Made own, List<Made> some, List<Made> others) throws IOException {
        Path home = Files.createDirectory(directory.resolve(own.name()), OWN_DIRECTORY);
        write(home.resolve(Identity.CURVE_FILE), own.curve().text(own.name()));
        if (own.tls().isPresent()) {
            write(home.resolve(Identity.KEY_FILE), own.tls().get().key());
            write(home.resolve(Identity.CERTIFICATE_FILE), own.tls().get().certificate());
        }
        Path peers = Files.createDirectory(home.resolve(Identity.PEERS), OWN_DIRECTORY);
        for (Made peer : Stream.concat(some.stream(), others.stream()).toList()) {
            write(peers.resolve(peer.name() + Identity.CURVE), peer.curve().withoutSecret().text(peer.name()));
            if (peer.tls().isPresent() && own.tls().isPresent()) {
                write(peers.resolve(peer.name() + Identity.CERTIFICATE), peer.tls().get().certificate());
            }
        }
        return home;
    }

    private static void write(Path file, String text) throws IOException {
        // With its permissions from the first moment.
        try (var channel = Files.newByteChannel(
                file, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWN_FILE)) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> permissions(String text) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
    }
}
