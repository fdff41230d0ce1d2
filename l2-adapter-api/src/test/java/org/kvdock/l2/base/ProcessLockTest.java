package org.kvdock.l2.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessLockTest {
    private static final long SECONDS = 60;
    private static final String SELF = "process " + ProcessHandle.current().pid();

    @TempDir
    private Path temporary;

    private Path directory;
    private Path file;

    @BeforeEach
    void name() throws IOException {
        // As messages name it.
        directory = temporary.toRealPath();
        file = directory.resolve("lock");
    }

    /** Another process: says whether it has the lock, or why not, and holds it until its input ends. */
    static final class Other implements AutoCloseable {
        private final Process process;
        private final String said;

        private Other(Process process, String said) {
            this.process = process;
            this.said = said;
        }

        static Other asks(Path file, String... before) throws IOException {
            List<String> command = new ArrayList<>(List.of(before));
            command.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-cp",
                    System.getProperty("java.class.path").replace("\n", File.pathSeparator),
                    Other.class.getName(), file.toString()));
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
            return new Other(process, out.readLine());
        }

        public static void main(String[] arguments) throws IOException {
            try {
                ProcessLock lock = ProcessLock.take(Path.of(arguments[0]));
                System.out.println("held");
                System.in.read();
                lock.close();
            } catch (LockHeldException e) {
                System.out.println(e.holder());
            } catch (IOException e) {
                System.out.println("no: " + e);
            }
        }

        /** kill -9, and its end. */
        void kill() throws InterruptedException {
            process.destroyForcibly();
            assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS), "it does not end");
        }

        @Override
        public void close() throws IOException {
            process.getOutputStream().close();
            process.onExit().orTimeout(SECONDS, TimeUnit.SECONDS).join();
        }
    }

    private void assertOthersGet(String expected) throws IOException {
        try (Other other = Other.asks(file)) {
            assertEquals(expected, other.said);
        }
    }

    private String refusal() {
        return assertThrows(LockHeldException.class, () -> ProcessLock.take(file)).holder();
    }

    @Test
    @DisplayName("a second process is refused and told which one holds it; it gets the lock when it is closed")
    void secondProcess() throws IOException {
        ProcessLock lock = ProcessLock.take(file);
        assertOthersGet(SELF);
        assertOthersGet(SELF);
        lock.close();
        assertOthersGet("held");
    }

    @Test
    @DisplayName("the lock of a process that was killed is free at once")
    void killed() throws Exception {
        try (Other other = Other.asks(file)) {
            assertEquals("held", other.said);
            assertEquals("process " + other.process.pid(), refusal());
            other.kill();
            ProcessLock.take(file).close();
        }
    }

    @Test
    @DisplayName("a second holder in this process is refused, under whatever name of the directory, and loosens nothing")
    void secondHolder() throws IOException {
        Path alias = Files.createSymbolicLink(directory.resolve("alias"), Files.createDirectory(directory.resolve("real")));
        file = directory.resolve("real").resolve("lock");
        ProcessLock lock = ProcessLock.take(file);
        assertEquals("this process", refusal());
        assertThrows(LockHeldException.class, () -> ProcessLock.take(alias.resolve("lock")));
        assertThrows(LockHeldException.class, () -> ProcessLock.takeExisting(file));
        assertEquals(1, channels());
        assertOthersGet(SELF);
        lock.close();
        ProcessLock next = ProcessLock.take(alias.resolve("lock"));
        // Of the first holder, whose lock is another one's by now.
        lock.close();
        assertEquals("this process", refusal());
        assertOthersGet(SELF);
        next.close();
        assertOthersGet("held");
    }

    @Test
    @DisplayName("a copy of this class in another class loader knows what the first one holds; when it is collected, that still holds")
    void otherClassLoader() throws Exception {
        ProcessLock lock = ProcessLock.take(file);
        WeakReference<ClassLoader> gone = refusedCopy();
        awaitCollection(gone);
        assertEquals(1, channels());
        assertOthersGet(SELF);
        lock.close();
        try (Copy copy = new Copy()) {
            AutoCloseable theirs = copy.take(file);
            assertEquals("this process", refusal());
            assertOthersGet(SELF);
            theirs.close();
        }
        ProcessLock.take(file).close();
    }

    private WeakReference<ClassLoader> refusedCopy() throws Exception {
        try (Copy copy = new Copy()) {
            Exception refused = assertThrows(IOException.class, () -> copy.take(file));
            assertEquals(LockHeldException.class.getName(), refused.getClass().getName());
            return new WeakReference<>(copy.loader);
        }
    }

    private static void awaitCollection(WeakReference<ClassLoader> reference) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!reference.refersTo(null)) {
            assertTrue(System.nanoTime() < end, "the class loader stays");
            System.gc();
        }
        // What was reachable from it alone goes with it or in the next turn.
        System.gc();
    }

    /** This class once more, as another class loader sees it. */
    private static final class Copy implements AutoCloseable {
        private final URLClassLoader loader;

        Copy() {
            loader = new URLClassLoader(
                    new URL[] {ProcessLock.class.getProtectionDomain().getCodeSource().getLocation()},
                    ClassLoader.getPlatformClassLoader());
        }

        AutoCloseable take(Path file) throws Exception {
            try {
                return (AutoCloseable) loader.loadClass(ProcessLock.class.getName())
                        .getMethod("take", Path.class)
                        .invoke(null, file);
            } catch (InvocationTargetException e) {
                throw (Exception) e.getCause();
            }
        }

        @Override
        public void close() throws IOException {
            loader.close();
        }
    }

    @Test
    @DisplayName("what this process has locked by other means is refused, and stays locked")
    void lockedByOtherMeans() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock();
            assertEquals("this process", refusal());
            assertOthersGet("another process");
        }
        assertOthersGet("held");
    }

    @Test
    @DisplayName("a lock that its holder has forgotten is held all the same")
    void forgotten() throws IOException {
        WeakReference<ProcessLock> lock = new WeakReference<>(ProcessLock.take(file));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!lock.refersTo(null)) {
            assertTrue(System.nanoTime() < end, "it stays");
            System.gc();
        }
        System.gc();
        assertOthersGet(SELF);
        assertEquals("this process", refusal());
    }

    @Test
    @DisplayName("a thread that is interrupted gets a lock that holds, and stays interrupted")
    void interrupted() throws IOException {
        Thread.currentThread().interrupt();
        ProcessLock lock = ProcessLock.take(file);
        assertTrue(Thread.interrupted());
        assertOthersGet(SELF);
        lock.close();
    }

    @Test
    @DisplayName("nothing is truncated: an id takes the place of the one before it, and a file with more in it stays as it is")
    void nothingIsTruncated() throws IOException {
        Files.writeString(file, "1234567890123456789");
        ProcessLock.take(file).close();
        assertEquals(Long.toString(ProcessHandle.current().pid()), Files.readString(file).strip());
        String more = "somebody's file, and no lock's";
        Files.writeString(file, more);
        try (ProcessLock lock = ProcessLock.take(file)) {
            assertEquals("this process", refusal());
            assertTrue(lock.toString().contains(file.toString()), lock.toString());
            assertOthersGet("another process");
        }
        assertEquals(more, Files.readString(file));
    }

    @Test
    @DisplayName("a symbolic link in the file's place is refused, and what it points to is neither made nor written")
    void symbolicLink() throws IOException {
        Path target = directory.resolve("target");
        Files.createSymbolicLink(file, target);
        assertNoPlainFile();
        assertTrue(Files.notExists(target));
        Files.createFile(target);
        assertNoPlainFile();
        assertEquals(0, Files.size(target));
        ProcessLock.take(target).close();
    }

    @Test
    @DisplayName("a pipe or a directory in the file's place is refused, at once")
    void noFile() throws Exception {
        assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).inheritIO().start().waitFor());
        assertNoPlainFile();
        Files.delete(file);
        Files.createDirectory(file);
        assertNoPlainFile();
    }

    private void assertNoPlainFile() {
        String said = assertThrows(IOException.class, () -> ProcessLock.take(file)).getMessage();
        assertEquals(file + " is no plain file", said);
    }

    @Test
    @DisplayName("what is not there is only made where it shall be")
    void notThere() throws IOException {
        assertThrows(NoSuchFileException.class, () -> ProcessLock.takeExisting(file));
        assertTrue(Files.notExists(file));
        ProcessLock.take(file).close();
        ProcessLock.takeExisting(file).close();
    }

    @Test
    @DisplayName("a directory of this process's own is held from the start; where it cannot be, nothing is left of it")
    void newDirectory() throws IOException {
        ProcessLock lock = ProcessLock.takeInNewDirectory(
                directory, "own-", "lock", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        file = lock.file();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
        assertTrue(file.startsWith(directory) && file.getParent().getFileName().toString().startsWith("own-"), file.toString());
        assertOthersGet(SELF);
        lock.close();
        assertOthersGet("held");
        assertThrows(IOException.class, () -> ProcessLock.takeInNewDirectory(directory, "other-", "there/is/none"));
        try (Stream<Path> all = Files.list(directory)) {
            assertEquals(List.of(file.getParent()), all.toList());
        }
    }

    @Test
    @DisplayName("a file that may not be opened is refused by its name, and can be locked once it may")
    void unreadable() throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("---------")));
        if (Files.isReadable(file)) {
            // Root, whom permissions do not stop; but in a namespace that knows root alone somebody else's file does.
            Files.setAttribute(file, "unix:uid", 12345);
            try (Other other = Other.asks(file, "unshare", "-r")) {
                assumeTrue(other.said != null, "no user namespace here: left out");
                assertEquals("no: java.nio.file.AccessDeniedException: " + file, other.said);
            }
            Files.setAttribute(file, "unix:uid", 0);
        } else {
            assertEquals(file.toString(), assertThrows(IOException.class, () -> ProcessLock.take(file)).getMessage());
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertOthersGet("held");
    }

    /** @return how many of this process's file descriptors are on the file */
    private long channels() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(this::isOnFile).count();
        }
    }

    private boolean isOnFile(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException e) {
            // The one that this listing took.
            return false;
        }
    }
}
