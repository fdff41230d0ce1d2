package org.kvdock.cli.journal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.kvdock.cli.OutputPipe;

/**
 * Standard output for long lists: when whoever reads it has had enough, that is no failure; a full disk is one. For one
 * thread.
 */
final class StandardOutput extends OutputStream {
    private final OutputStream out = new FileOutputStream(FileDescriptor.out);
    private boolean unread;

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            if (!unread) {
                out.write(bytes, from, length);
            }
        } catch (IOException e) {
            if (!OutputPipe.isStandardOutput()) {
                throw new IOException("standard output: " + e.getMessage(), e);
            }
            unread = true;
        }
    }

    /** @return whether nobody reads it any more */
    boolean isUnread() {
        return unread;
    }
}
