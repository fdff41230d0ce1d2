package org.kvdock.journal.chronicle;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Stores into mapped pages that have no room on their small disk, and counts when the JVM tells it. */
public final class LateFaultProgram {
    private static final int PAGE_BYTES = 4096;
    private static final int PAGES = 200;
    // Enough for each compiler to have compiled what is measured.
    private static final int WARM_UP = 200_000;

    private static byte[][] garbage;

    private LateFaultProgram() {}

    /** @param arguments directory on a disk of 1 MiB */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        try (FileChannel channel = FileChannel.open(
                directory.resolve("sparse"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer pages = channel.map(FileChannel.MapMode.READ_WRITE, 0, (PAGES + 1L) * PAGE_BYTES);
            for (int i = 0; i < WARM_UP; i++) {
                isToldAtOnce(pages, 0);
            }
            fill(directory.resolve("filler"));
            count(pages);
        }
    }

    private static void count(MappedByteBuffer pages) {
        int atOnce = 0;
        int late = 0;
        for (int page = 1; page <= PAGES; page++) {
            try {
                atOnce += isToldAtOnce(pages, page * PAGE_BYTES) ? 1 : 0;
                // Whatever brings errors that are still owed.
                garbage = new byte[page][page];
            } catch (InternalError e) {
                late++;
            }
        }
        System.out.println("at once " + atOnce + ", late " + late + ", never " + (PAGES - atOnce - late));
    }

    private static boolean isToldAtOnce(MappedByteBuffer pages, int at) {
        try {
            pages.putLong(at, 42);
            LateFault.tell();
            return false;
        } catch (InternalError e) {
            return true;
        }
    }

    private static void fill(Path filler) {
        try (OutputStream out = Files.newOutputStream(filler)) {
            for (;;) {
                out.write(new byte[PAGE_BYTES]);
            }
        } catch (IOException e) {
            // full, as it is meant to be
        }
    }
}
