package org.kvdock.journal.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A disk that remembers what it was asked to keep, so that a power loss can be tried: of everything that was written
 * since a file was last synced, any part may be gone, in pages and in sectors, whichever way round it was written.
 *
 * <p>Directories count as kept: the journal syncs them when it makes a part. Checkpoints do too: they are synced before
 * they get their name.
 */
final class PowerCut implements Disk {
    private static final int SECTOR = 512;
    private static final int PAGE = 4096;

    // What each file surely holds. Guarded by this.
    private final Map<Path, byte[]> kept = new HashMap<>();
    private int syncs;

    @Override
    public void force(Path file, FileChannel channel) throws IOException {
        // Surely kept is what was there when the call began, not what came while it ran.
        byte[] before = content(file);
        Disk.REAL.force(file, channel);
        synchronized (this) {
            kept.put(file, before);
            syncs++;
        }
    }

    /** @return syncs that have ended */
    synchronized int syncs() {
        return syncs;
    }

    /** Copies a directory as it might be found after the power came back. */
    synchronized void copy(Path from, Path to, Random random) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.sorted().toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (file.toString().endsWith(".kvc") || file.endsWith("begun") || file.endsWith("writer.lock")) {
                    Files.copy(file, target);
                } else if (!file.toString().endsWith(".tmp")) {
                    Files.write(target, after(kept.getOrDefault(file, new byte[0]), content(file), random));
                }
            }
        }
    }

    // Trailing zeros are room that nobody has used: leaving them out keeps this quick.
    private static byte[] content(Path file) throws IOException {
        byte[] all = new byte[(int) Math.min(Files.size(file), 8 << 20)];
        int end = 0;
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer buffer = ByteBuffer.wrap(all);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // until it is full or the file ends
            }
        }
        for (int i = all.length - 1; i >= 0 && end == 0; i--) {
            end = all[i] != 0 ? i + 1 : 0;
        }
        return Arrays.copyOf(all, (end + PAGE - 1) / PAGE * PAGE);
    }

    private static byte[] after(byte[] kept, byte[] written, Random random) {
        int length = Math.max(kept.length, written.length);
        byte[] left = Arrays.copyOf(kept, length);
        byte[] newest = Arrays.copyOf(written, length);
        // How much of what was not synced got there all the same: nothing, all, or some.
        int share = switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> 100;
            default -> random.nextInt(100);
        };
        for (int page = 0; page < length; page += PAGE) {
            boolean torn = random.nextInt(8) == 0;
            boolean arrives = random.nextInt(100) < share;
            for (int sector = page; sector < page + PAGE; sector += SECTOR) {
                if (torn ? random.nextBoolean() : arrives) {
                    System.arraycopy(newest, sector, left, sector, SECTOR);
                }
            }
        }
        // The length is metadata of its own: what was not synced may be cut as well.
        int least = kept.length;
        return random.nextInt(3) == 0 ? Arrays.copyOf(left, least + random.nextInt(length - least + 1)) : left;
    }
}
