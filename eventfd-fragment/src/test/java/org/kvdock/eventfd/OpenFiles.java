package org.kvdock.eventfd;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** What /proc tells about this process's file descriptors. */
final class OpenFiles {

    private static final Path FDS = Path.of("/proc/self/fd");

    private OpenFiles() {
    }

    /** The file that a descriptor stands for; "" if it is not open. */
    static String target(int fd) throws IOException {
        try {
            return Files.readSymbolicLink(FDS.resolve(Integer.toString(fd))).toString();
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /** How many eventfds and epoll descriptors the process has open. */
    static long events() throws IOException {
        long count = 0;
        try (var all = Files.list(FDS)) {
            for (Path fd : (Iterable<Path>) all::iterator) {
                String target = target(Integer.parseInt(fd.getFileName().toString()));
                if (target.equals("anon_inode:[eventfd]") || target.equals("anon_inode:[eventpoll]")) {
                    count++;
                }
            }
        }
        return count;
    }

    /** The open flags of a descriptor, as in open(2). */
    static int flags(int fd) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd))) {
            if (line.startsWith("flags:")) {
                return Integer.parseInt(line.substring("flags:".length()).trim(), 8);
            }
        }
        throw new IOException("no flags for descriptor " + fd);
    }

    /** Opens files in {@code folder}, each holding {@code content}, until one has been given the number {@code fd}. */
    static FileChannel reuse(int fd, Path folder, byte[] content) throws IOException {
        List<FileChannel> others = new ArrayList<>();
        try {
            for (int i = 0; i < 1000; i++) {
                Path file = folder.resolve(fd + "-" + i);
                Files.write(file, content);
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                if (target(fd).equals(file.toRealPath().toString())) {
                    return channel;
                }
                others.add(channel);
            }
        } finally {
            for (FileChannel other : others) {
                other.close();
            }
        }
        throw new IOException("number " + fd + " was not given out again");
    }
}
