package org.kvdock.l2.tck.broken;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.example.Troubled;
import org.kvdock.l2.journal.TaskJournals;
import org.kvdock.l2.tck.AdapterTck;
import org.kvdock.l2.tck.TestedAdapter;

/** The kit over a good adapter with one thing broken. Run by {@link BrokenAdaptersTest} only. */
class BrokenTck extends AdapterTck {
    /** What is broken; set before the kit is run. */
    static volatile Breakage breakage;

    @TempDir
    private Path temp;

    @Override
    protected TestedAdapter open(Map<String, Object> settings, TaskJournals journals) throws IOException {
        Troubled good = Troubled.open(
                Files.createTempDirectory(temp, "chunks"), breakage.settings().apply(settings),
                breakage.journals().apply(journals), false);
        return good.trouble().of(breakage.wall().apply(good), good);
    }
}
