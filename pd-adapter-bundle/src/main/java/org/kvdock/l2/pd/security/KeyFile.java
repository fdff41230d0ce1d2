package org.kvdock.l2.pd.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.kvdock.l2.BadConfigurationException;

/**
 * Reads key files, after a look at who else could have written or read them. Links are followed: what counts is the file
 * behind them.
 */
final class KeyFile {
    private static final int MOST_BYTES = 64 << 10;
    private static final int ROOT = 0;
    private static final Set<PosixFilePermission> OTHERS_WRITE =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    private static final Set<PosixFilePermission> OTHERS_ANY =
            EnumSet.complementOf(EnumSet.of(
                    PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));

    private KeyFile() {}

    /**
     * @return the text of a file that nobody but this process's user (and root) can read or write
     * @throws BadConfigurationException if others can, or it cannot be read
     */
    static String secret(Path file) {
        check(file, OTHERS_ANY, "readable and writable by its owner alone (chmod 600)");
        return read(file);
    }

    /**
     * @return the text of a file that nobody but this process's user (and root) can write
     * @throws BadConfigurationException if others can, or it cannot be read
     */
    static String shared(Path file) {
        check(file, OTHERS_WRITE, "writable by its owner alone (chmod go-w)");
        return read(file);
    }

    /** @throws BadConfigurationException if others can put files into the directory, or it is none */
    static void directory(Path directory) {
        check(directory, OTHERS_WRITE, "writable by its owner alone (chmod go-w)");
        if (!Files.isDirectory(directory)) {
            throw bad(directory, "is a file, must be a directory");
        }
    }

    private static void check(Path file, Set<PosixFilePermission> forbidden, String allowed) {
        try {
            Map<String, Object> found = Files.readAttributes(file, "unix:uid,permissions");
            int owner = (int) found.get("uid");
            int own = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            if (owner != own && owner != ROOT) {
                throw bad(file, "belongs to user " + owner + ", must belong to this process's user " + own + " or to root");
            }
            Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
            for (Object permission : (Set<?>) found.get("permissions")) {
                permissions.add((PosixFilePermission) permission);
            }
            Set<PosixFilePermission> tooOpen = EnumSet.copyOf(permissions);
            tooOpen.retainAll(forbidden);
            if (!tooOpen.isEmpty()) {
                throw bad(file, "has mode " + PosixFilePermissions.toString(permissions) + ", must be " + allowed);
            }
        } catch (NoSuchFileException e) {
            throw bad(file, "is missing, must be made by ./kvdock keys");
        } catch (IOException e) {
            throw bad(file, "cannot be looked at (" + e.getMessage() + "), must be readable");
        }
    }

    private static String read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw bad(file, "is no regular file, must be one");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw bad(file, "is longer than a key file, must be at most " + MOST_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw bad(file, "cannot be read (" + e.getMessage() + "), must be readable");
        }
    }

    /** @return an exception that names the configuration key and the file */
    static BadConfigurationException bad(Path file, String whatAndAllowed) {
        return new BadConfigurationException(SecuritySettings.DIRECTORY + ": " + file + " " + whatAndAllowed);
    }
}
