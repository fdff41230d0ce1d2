package org.kvdock.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.l2.journal.TaskJournals;
import org.kvdock.l2.tck.AdapterTck;
import org.kvdock.l2.tck.TestedAdapter;

/** The adapter of the page "Write your own adapter" keeps the contract. */
@DisplayName("directory (the example)")
class DirectoryAdapterTest extends AdapterTck {
    @TempDir
    private Path temp;

    @Override
    protected TestedAdapter open(Map<String, Object> settings, TaskJournals journals) throws IOException {
        Troubled adapter = Troubled.open(Files.createTempDirectory(temp, "chunks"), settings, journals, true);
        return adapter.trouble().of(adapter);
    }
}
