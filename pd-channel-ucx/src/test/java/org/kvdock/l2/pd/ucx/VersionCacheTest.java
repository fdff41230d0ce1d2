package org.kvdock.l2.pd.ucx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a library's version is read again. */
class VersionCacheTest {
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2024-01-01T00:00:00Z"));

    @TempDir
    private Path directory;

    private final VersionCache cache = new VersionCache();
    private final List<String> read = new ArrayList<>();
    private Path library;

    @BeforeEach
    void library() throws IOException {
        library = directory.resolve("libucp.so.0");
        write("1.13.1", LONG_AGO);
    }

    private void write(String content, FileTime changed) throws IOException {
        Files.writeString(library, content, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        Files.setLastModifiedTime(library, changed);
    }

    private String version() throws IOException {
        return cache.version(library, path -> {
            String content = Files.readString(path);
            read.add(content);
            return content;
        });
    }

    @Test
    @DisplayName("a file that stays the same is read once, however often it is asked for")
    void once() throws IOException {
        for (int i = 0; i < 100; i++) {
            assertEquals("1.13.1", version());
        }
        assertEquals(List.of("1.13.1"), read);
    }

    @Test
    @DisplayName("a file with another time, another length, or another file in its place is read again")
    void changed() throws IOException {
        version();
        write("1.18.1", FileTime.fromMillis(LONG_AGO.toMillis() + 1));
        assertEquals("1.18.1", version());
        write("1.2.3", FileTime.fromMillis(LONG_AGO.toMillis() + 1));
        assertEquals("1.2.3", version());
        Path other = directory.resolve("other");
        Files.writeString(other, "4.5.6");
        Files.setLastModifiedTime(other, FileTime.fromMillis(LONG_AGO.toMillis() + 1));
        Files.move(other, library, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertEquals("4.5.6", version());
        assertEquals(4, read.size());
    }

    @Test
    @DisplayName("a file that was changed just now may change again within its clock's tick: it is read each time")
    void restless() throws IOException {
        write("1.13.1", FileTime.from(Instant.now()));
        version();
        FileTime changed = Files.getLastModifiedTime(library);
        write("1.18.1", changed);
        assertEquals("1.18.1", version());
    }

    @Test
    @DisplayName("a file that cannot be read is not remembered as anything")
    void unreadable() throws IOException {
        assertThrows(IOException.class, () -> cache.version(library, path -> {
            throw new IOException("is damaged");
        }));
        assertEquals("1.13.1", version());
        Files.delete(library);
        assertThrows(IOException.class, this::version);
    }
}
