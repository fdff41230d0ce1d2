package org.kvdock.l2.pd.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.l2.pd.ChildJvm;

class SegmentDirectoryTest {
    private static final int IN_USE = 3;

    @TempDir
    private Path temporary;

    /** Another process: makes a directory beside the others, or takes the one that is named. */
    static final class Other {
        private Other() {}

        public static void main(String[] arguments) throws IOException {
            try {
                SegmentDirectory taken = arguments[0].equals("fresh")
                        ? SegmentDirectory.fresh(Path.of(arguments[1]), "other")
                        : SegmentDirectory.lasting(Path.of(arguments[1]));
                taken.close();
            } catch (IOException e) {
                System.exit(IN_USE);
            }
        }
    }

    private static int another(String how, Path directory) throws Exception {
        return ChildJvm.run(List.of(), Other.class, how, directory.toString());
    }

    @Test
    @DisplayName("a second receiver of one process does not loosen the first one's hold: another process that starts removes neither's memory")
    void twoOfOneProcess() throws Exception {
        SegmentDirectory first = SegmentDirectory.fresh(temporary, "first");
        SegmentDirectory second = SegmentDirectory.fresh(temporary, "second");
        assertEquals(0, another("fresh", temporary));
        assertTrue(Files.isDirectory(first.path()));
        assertTrue(Files.isDirectory(second.path()));
        first.close();
        second.close();
    }

    @Test
    @DisplayName("a lasting directory that was refused to a second receiver of the same process is refused to another process too")
    void refusedTwice() throws Exception {
        Path directory = temporary.resolve("staging");
        SegmentDirectory held = SegmentDirectory.lasting(directory);
        assertThrows(IOException.class, () -> SegmentDirectory.lasting(directory));
        assertEquals(IN_USE, another("lasting", directory));
        held.close();
        assertEquals(0, another("lasting", directory));
    }
}
