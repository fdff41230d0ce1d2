package org.kvdock.journal.chronicle.read;

import java.nio.file.Path;

/**
 * A place in a journal's files.
 *
 * @param file the file
 * @param offset bytes from its beginning
 */
public record Position(Path file, long offset) {
    /** @return {@code file:offset} */
    @Override
    public String toString() {
        return file + ":" + offset;
    }
}
