package org.kvdock.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.HdrHistogram.Histogram;

/** What an append costs that is only an append: no number, no checksum, no room kept, nothing promised. */
final class AppendFloors {
    private AppendFloors() {}

    /** Copies records one behind the other into a mapped file. */
    static void mapped(Path directory, int recordBytes, int records, Histogram nanos) throws IOException {
        byte[] record = new byte[recordBytes];
        try (FileChannel channel = create(directory.resolve("mapped"))) {
            MappedByteBuffer file = channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) records * recordBytes);
            for (int i = 0; i < records; i++) {
                long start = System.nanoTime();
                file.put(record);
                nanos.recordValue(System.nanoTime() - start);
            }
        }
    }

    /** Appends to a Chronicle queue with its own defaults. */
    static void chronicle(Path directory, int recordBytes, int records, Histogram nanos) {
        try (SingleChronicleQueue queue =
                        SingleChronicleQueueBuilder.binary(directory.resolve("queue")).build();
                ExcerptAppender appender = queue.createAppender()) {
            Bytes<ByteBuffer> record = Bytes.elasticByteBuffer(recordBytes);
            record.write(new byte[recordBytes]);
            for (int i = 0; i < records; i++) {
                long start = System.nanoTime();
                appender.writeBytes(record);
                nanos.recordValue(System.nanoTime() - start);
            }
            record.releaseLast();
        }
    }

    /** Writes records at a file's end and waits for the disk after each. */
    static void synced(Path directory, int recordBytes, int records, Histogram nanos) throws IOException {
        ByteBuffer record = ByteBuffer.allocateDirect(recordBytes);
        try (FileChannel channel = create(directory.resolve("synced"))) {
            for (int i = 0; i < records; i++) {
                long start = System.nanoTime();
                channel.write(record.clear());
                channel.force(false);
                nanos.recordValue(System.nanoTime() - start);
            }
        }
    }

    private static FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
}
