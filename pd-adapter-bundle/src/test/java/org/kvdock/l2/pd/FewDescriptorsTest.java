package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FewDescriptorsTest {
    private static final int LIMIT = 200;

    @TempDir
    private Path directory;

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"receiver tcp", "receiver shm", "receiver staging_dir", "sender"})
    @DisplayName("an end that cannot be opened for want of file descriptors leaves none behind, no thread, file or port, however many there were; with enough it opens and works")
    void nothingIsLeft(String end) throws Exception {
        List<String> limited = List.of("sh", "-c", "ulimit -n " + LIMIT + " && exec \"$@\"", "sh");
        assertEquals(0, ChildJvm.run(limited, FewDescriptorsProgram.class, end, directory.resolve("staging").toString()));
    }
}
