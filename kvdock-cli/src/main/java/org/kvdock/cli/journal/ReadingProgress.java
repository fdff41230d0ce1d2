package org.kvdock.cli.journal;

import java.io.PrintStream;
import java.time.Duration;
import org.kvdock.journal.chronicle.read.JournalFold;

/** Says on standard error how far a long reading has come: one line that is written over on a terminal, else now and then one. */
final class ReadingProgress implements JournalFold.Progress, AutoCloseable {
    private static final long TERMINAL_NANOS = Duration.ofMillis(200).toNanos();
    private static final long PLAIN_NANOS = Duration.ofSeconds(5).toNanos();

    private final PrintStream out = System.err;
    private final boolean terminal = Boolean.getBoolean("kvdock.terminal");
    private final String what;
    private long next = System.nanoTime() + (terminal ? TERMINAL_NANOS : PLAIN_NANOS);
    private boolean written;

    /** @param what is done with the records, as in {@code read} */
    ReadingProgress(String what) {
        this.what = what;
    }

    @Override
    public void at(long records, long file, long files) {
        if (System.nanoTime() - next < 0) {
            return;
        }
        next = System.nanoTime() + (terminal ? TERMINAL_NANOS : PLAIN_NANOS);
        String line = String.format("%,d records %s, file %d of %d", records, what, file, files);
        if (terminal) {
            out.print('\r' + line);
            out.flush();
            written = true;
        } else {
            out.println(line);
        }
    }

    @Override
    public void close() {
        if (written) {
            out.println();
        }
    }
}
