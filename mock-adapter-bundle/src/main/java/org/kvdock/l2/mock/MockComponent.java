package org.kvdock.l2.mock;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
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
import org.osgi.service.metatype.annotations.Designate;

/**
 * A mock adapter as a service, one for each configuration of the factory {@value #PID}.
 *
 * <p>It registers itself, because the service's properties are named after the configuration's {@code name}, which
 * declarative services cannot do. The registration goes first when the component does, so that hosts have let go of the
 * adapter before it closes.
 */
@Component(service = {}, immediate = true, configurationPid = MockComponent.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = MockConfig.class, factory = true)
public final class MockComponent extends ForwardingL2Adapter {
    /** PID of the factory configuration. */
    public static final String PID = "org.kvdock.l2.mock";

    private final ServiceRegistration<L2Adapter> registration;

    /**
     * @param context registers the adapter
     * @param configuration as {@link MockAdapterFactory#help()} says, and the adapter's {@code name}
     * @param journals where its journal is opened
     */
    @Activate
    public MockComponent(BundleContext context, Map<String, Object> configuration, @Reference TaskJournals journals) {
        super(adapter(configuration, journals));
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(NAME_PROPERTY, name());
        properties.put(TYPE_PROPERTY, MockAdapter.TYPE);
        try {
            registration = context.registerService(L2Adapter.class, this, properties);
        } catch (RuntimeException | Error e) {
            // The bundle is about to stop: nobody would ever close what runs by now.
            close();
            throw e;
        }
    }

    private static L2Adapter adapter(Map<String, Object> configuration, TaskJournals journals) {
        String name = ConfigReader.of(configuration).text("name", null, "the adapter instance's name");
        return new MockAdapterFactory().create(name, configuration, journals);
    }

    @Deactivate
    void deactivate() {
        try {
            registration.unregister();
        } finally {
            close();
        }
    }
}
