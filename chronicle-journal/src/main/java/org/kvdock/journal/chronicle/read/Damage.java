package org.kvdock.journal.chronicle.read;

import java.nio.file.Path;

/**
 * Something in a journal that cannot be read as it was written, or is missing. What stands after it was still read.
 *
 * @param file the file
 * @param position bytes from the file's beginning
 * @param what what is wrong there, one line
 */
public record Damage(Path file, long position, String what) {
    /** @return {@code file:position: what} */
    @Override
    public String toString() {
        return file + ":" + position + ": " + what;
    }
}
