package org.kvdock.l2.pd;

import java.util.List;
import java.util.Map;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.base.L2AdapterBase;
import org.kvdock.l2.base.LoadTask;
import org.kvdock.l2.base.LookupTask;
import org.kvdock.l2.base.StoreTask;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskJournals;
import org.kvdock.l2.journal.TimeSource;
import org.kvdock.l2.pd.memory.MemoryAdapter;
import org.kvdock.l2.pd.receiver.PdReceiver;
import org.kvdock.l2.pd.security.Security;
import org.kvdock.l2.pd.sender.PdSender;
import org.kvdock.l2.tck.Trouble;

/** PD adapters with trouble in front of their moves: what lies behind it is theirs. */
final class Troubled {
    private Troubled() {}

    /** Makes an adapter. */
    private interface Maker<A> {
        A make(PdSettings settings, TaskJournal journal);
    }

    private static <A extends L2AdapterBase<?>> A over(
            String name, Map<String, Object> config, TaskJournals journals, Maker<A> maker) {
        PdSettings settings = PdSettings.read(ConfigReader.of(config));
        return L2AdapterBase.over(journals, name, journal -> maker.make(settings, journal));
    }

    private static Security security(String name, PdSettings settings) {
        return Security.open(name, settings.security(), settings.role() == Role.SENDER, List.of());
    }

    static L2AdapterBase<?> receiver(Map<String, Object> config, TaskJournals journals, Trouble trouble) {
        return over("receiver", config, journals, (settings, journal) -> new PdReceiver(
                "receiver", settings, security("receiver", settings), new HoldingsRef(), FoundChannels.loaded(), journal,
                TimeSource.SYSTEM) {
            @Override
            protected void lookup(LookupTask task) throws Exception {
                trouble.move(task, () -> super.lookup(task));
            }

            @Override
            protected void load(LoadTask task) {
                trouble.move(task, () -> super.load(task));
            }
        });
    }

    static L2AdapterBase<?> sender(Map<String, Object> config, TaskJournals journals, Trouble trouble) {
        return over("sender", config, journals, (settings, journal) -> new PdSender(
                "sender", settings, security("sender", settings), FoundChannels.loaded(), journal, TimeSource.SYSTEM) {
            @Override
            protected void store(StoreTask task) {
                trouble.move(task, () -> super.store(task));
            }
        });
    }

    static L2AdapterBase<?> memory(Map<String, Object> config, TaskJournals journals, Trouble trouble) {
        return over("memory", config, journals, (settings, journal) -> new MemoryAdapter(
                "memory", settings, journal, TimeSource.SYSTEM) {
            @Override
            protected void store(StoreTask task) {
                trouble.move(task, () -> super.store(task));
            }

            @Override
            protected void lookup(LookupTask task) throws Exception {
                trouble.move(task, () -> super.lookup(task));
            }

            @Override
            protected void load(LoadTask task) {
                trouble.move(task, () -> super.load(task));
            }
        });
    }
}
