package org.kvdock.l2.pd.ucx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Versions of libraries as they were read, for as long as their files stay the same: a sender asks at each reconnect.
 * Safe for all threads.
 */
final class VersionCache {
    /** A file that was changed more lately than this may change again without a new time. */
    private static final long RESTLESS_MILLIS = 2_000;

    /** Reads a file. */
    interface Reader {
        String version(Path library) throws IOException;
    }

    private record State(Object fileKey, FileTime changed, long bytes) {
        static State of(Path library) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(library, BasicFileAttributes.class);
            return new State(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
        }
    }

    private record Known(State state, String version) {}

    // One for each place at which a library was found.
    private final Map<Path, Known> known = new ConcurrentHashMap<>();

    /** @return the library's version, as the reader says it. @throws IOException what the reader throws */
    String version(Path library, Reader reader) throws IOException {
        State state = State.of(library);
        Known before = known.get(library);
        if (before != null && before.state().equals(state)) {
            return before.version();
        }
        String version = reader.version(library);
        if (System.currentTimeMillis() - state.changed().toMillis() > RESTLESS_MILLIS) {
            known.put(library, new Known(state, version));
        }
        return version;
    }
}
