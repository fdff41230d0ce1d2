package org.kvdock.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What the system refused, in words: some exceptions have the file's name alone for a message. */
public final class IoReason {
    private IoReason() {}

    /**
     * @param refused by the system
     * @return one line with the file, if it is known, and the reason
     */
    public static String of(IOException refused) {
        if (refused instanceof FileSystemException one && one.getReason() == null && one.getFile() != null) {
            return one.getFile() + ": " + reason(one);
        }
        String message = refused.getMessage() == null ? refused.toString() : refused.getMessage();
        return message.lines().findFirst().orElse(refused.toString());
    }

    private static String reason(FileSystemException refused) {
        if (refused instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (refused instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (refused instanceof NotDirectoryException) {
            return "not a directory";
        }
        return refused instanceof FileAlreadyExistsException ? "is there already" : refused.getClass().getSimpleName();
    }
}
