package org.kvdock.example;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import org.kvdock.l2.base.AdapterSettings;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.base.LoadTask;
import org.kvdock.l2.base.LookupTask;
import org.kvdock.l2.base.StoreTask;
import org.kvdock.l2.journal.TaskJournals;
import org.kvdock.l2.tck.Trouble;

/** A directory adapter whose disk can be silent, gone, or worse. */
public final class Troubled extends DirectoryAdapter {
    private final Trouble trouble = new Trouble();
    private final boolean syncing;

    private Troubled(Path directory, AdapterSettings settings, TaskJournals journals, boolean syncing) {
        super("directory", directory, settings, journals.open("directory"));
        this.syncing = syncing;
    }

    /**
     * Opens one for the kit.
     *
     * @param syncing whether it waits for the disk as the real one does
     */
    public static Troubled open(
            Path directory, Map<String, Object> settings, TaskJournals journals, boolean syncing) {
        return new Troubled(directory, AdapterSettings.read(ConfigReader.of(settings)), journals, syncing);
    }

    @Override
    protected void sync(FileChannel out) throws IOException {
        if (syncing) {
            super.sync(out);
        }
    }

    /** @return what stands in front of its moves */
    public Trouble trouble() {
        return trouble;
    }

    @Override
    protected void store(StoreTask task) throws IOException {
        trouble.move(task, () -> super.store(task));
    }

    @Override
    protected void lookup(LookupTask task) throws Exception {
        trouble.move(task, () -> super.lookup(task));
    }

    @Override
    protected void load(LoadTask task) throws IOException {
        trouble.move(task, () -> super.load(task));
    }
}
