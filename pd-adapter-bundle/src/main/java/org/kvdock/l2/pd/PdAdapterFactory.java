package org.kvdock.l2.pd;

import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.L2AdapterFactory;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.base.L2AdapterBase;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskJournals;
import org.kvdock.l2.journal.TimeSource;
import org.kvdock.l2.pd.memory.MemoryAdapter;
import org.kvdock.l2.pd.receiver.PdReceiver;
import org.kvdock.l2.pd.security.Exposure;
import org.kvdock.l2.pd.security.Security;
import org.kvdock.l2.pd.sender.PdSender;

/** Makes PD adapters; the one way to make them, with and without OSGi. */
public final class PdAdapterFactory implements L2AdapterFactory {
    /** The adapters' type. */
    public static final String TYPE = "pd";

    /** For {@link java.util.ServiceLoader}. */
    public PdAdapterFactory() {}

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String help() {
        ConfigReader config = ConfigReader.describing();
        PdSettings.read(config);
        return config.help();
    }

    @Override
    public L2Adapter create(String name, Map<String, ?> configuration, TaskJournals journals) {
        return create(name, configuration, journals, new HoldingsRef());
    }

    /**
     * As above, for a receiver whose host says what its L1 holds.
     *
     * @param holdings the host's, now or later
     */
    public L2Adapter create(String name, Map<String, ?> configuration, TaskJournals journals, HoldingsRef holdings) {
        return create(name, configuration, journals, holdings, Exposure.LOOPBACK);
    }

    /**
     * As above, where channels come and go.
     *
     * @param found channels that others brought, now or later; without it those that {@link java.util.ServiceLoader} finds
     */
    public L2Adapter create(
            String name, Map<String, ?> configuration, TaskJournals journals, HoldingsRef holdings, FoundChannels found) {
        return create(name, configuration, journals, holdings, found, Exposure.LOOPBACK);
    }

    /**
     * As above, for tests of what is open to other machines.
     *
     * @param loopback tells addresses that never leave this machine
     */
    L2Adapter create(
            String name, Map<String, ?> configuration, TaskJournals journals, HoldingsRef holdings,
            Predicate<InetAddress> loopback) {
        return create(name, configuration, journals, holdings, FoundChannels.loaded(), loopback);
    }

    private static L2Adapter create(
            String name, Map<String, ?> configuration, TaskJournals journals, HoldingsRef holdings,
            FoundChannels found, Predicate<InetAddress> loopback) {
        PdSettings settings = PdSettings.read(ConfigReader.of(configuration), loopback);
        found.check(settings);
        boolean sender = settings.role() == Role.SENDER;
        Optional<Security> security = settings.channel() == ChannelChoice.MOCK_MEMORY
                ? Optional.empty()
                : Optional.of(Security.open(name, settings.security(), sender, settings.unprotected()));
        return L2AdapterBase.over(journals, name, journal -> make(name, settings, security, journal, holdings, found));
    }

    private static L2Adapter make(
            String name, PdSettings settings, Optional<Security> security, TaskJournal journal, HoldingsRef holdings,
            FoundChannels found) {
        if (security.isEmpty()) {
            return new MemoryAdapter(name, settings, journal, TimeSource.SYSTEM);
        }
        return settings.role() == Role.SENDER
                ? new PdSender(name, settings, security.get(), found, journal, TimeSource.SYSTEM)
                : new PdReceiver(name, settings, security.get(), holdings, found, journal, TimeSource.SYSTEM);
    }
}
