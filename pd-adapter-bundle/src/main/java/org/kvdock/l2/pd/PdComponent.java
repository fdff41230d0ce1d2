package org.kvdock.l2.pd;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import org.kvdock.l2.Holdings;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.base.ForwardingL2Adapter;
import org.kvdock.l2.journal.TaskJournals;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/**
 * A PD adapter as a service, one for each configuration of the factory {@value #PID}.
 *
 * <p>It registers itself, because the service's properties are named after the configuration's {@code name}, which
 * declarative services cannot do. The registration goes first when the component does, so that hosts have let go of the
 * adapter before it closes.
 */
@Component(service = {}, immediate = true, configurationPid = PdComponent.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = PdConfig.class, factory = true)
public final class PdComponent extends ForwardingL2Adapter {
    /** PID of the factory configuration. */
    public static final String PID = "org.kvdock.l2.pd";

    private final HoldingsRef holdings;
    private final ChannelTracker channels;
    private final ServiceRegistration<L2Adapter> registration;

    /**
     * @param context registers the adapter
     * @param configuration as {@link PdAdapterFactory#help()} says, and the adapter's {@code name}
     * @param journals where its journal is opened
     */
    @Activate
    public PdComponent(BundleContext context, Map<String, Object> configuration, @Reference TaskJournals journals) {
        this(context, configuration, journals, new HoldingsRef(), new ChannelTracker(context));
    }

    private PdComponent(
            BundleContext context, Map<String, Object> configuration, TaskJournals journals, HoldingsRef holdings,
            ChannelTracker channels) {
        super(adapter(configuration, journals, holdings, channels));
        this.holdings = holdings;
        this.channels = channels;
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(NAME_PROPERTY, name());
        properties.put(TYPE_PROPERTY, PdAdapterFactory.TYPE);
        try {
            registration = context.registerService(L2Adapter.class, this, properties);
        } catch (RuntimeException | Error e) {
            // The bundle is about to stop: nobody would ever close what runs by now.
            end();
            throw e;
        }
    }

    private static L2Adapter adapter(
            Map<String, Object> configuration, TaskJournals journals, HoldingsRef holdings, ChannelTracker channels) {
        try {
            String name = ConfigReader.of(configuration).text("name", null, "the adapter instance's name");
            return new PdAdapterFactory().create(name, configuration, journals, holdings, channels.found());
        } catch (RuntimeException | Error e) {
            channels.close();
            throw e;
        }
    }

    /** A host has come that says what its L1 holds. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setHoldings(Holdings host) {
        holdings.set(host);
    }

    void unsetHoldings(Holdings host) {
        holdings.clear(host);
    }

    @Deactivate
    void deactivate() {
        try {
            registration.unregister();
        } finally {
            end();
        }
    }

    private void end() {
        close();
        channels.close();
    }
}
