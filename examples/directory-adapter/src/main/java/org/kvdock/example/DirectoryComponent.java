package org.kvdock.example;

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

/** A directory adapter as a service, one for each configuration of the factory {@code org.kvdock.example.directory}. */
@Component(
        service = {}, immediate = true,
        configurationPid = "org.kvdock.example.directory", configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class DirectoryComponent extends ForwardingL2Adapter {
    private final ServiceRegistration<L2Adapter> registration;

    @Activate
    public DirectoryComponent(BundleContext context, Map<String, Object> configuration, @Reference TaskJournals journals) {
        super(new DirectoryAdapterFactory().create(
                ConfigReader.of(configuration).text("name", null, "the adapter's name"), configuration, journals));
        registration = context.registerService(
                L2Adapter.class, this, new Hashtable<>(Map.of(NAME_PROPERTY, name(), TYPE_PROPERTY, "directory")));
    }

    @Deactivate
    void deactivate() {
        registration.unregister(); // hosts let go of the adapter first
        close();
    }
}
