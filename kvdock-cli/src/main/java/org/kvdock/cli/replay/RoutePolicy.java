package org.kvdock.cli.replay;

import java.util.List;
import java.util.Map;
import org.kvdock.cli.workload.Routes;
import org.kvdock.host.DockedAdapter;
import org.kvdock.host.StorePolicy;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.base.ConfigReader;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * Picks the decode side of each request: of the prefill host's senders, one for each decode host, the one whose peer the
 * proxy will hand the request to.
 */
@Component(
        service = StorePolicy.class,
        configurationPid = RoutePolicy.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class RoutePolicy implements StorePolicy {
    /** PID of the configuration. */
    public static final String PID = "org.kvdock.replay.route";

    private final Routes routes;

    /** @param configuration how many hosts there are on each side */
    @Activate
    public RoutePolicy(Map<String, Object> configuration) {
        this(ReplaySettings.routes(ConfigReader.of(configuration)));
    }

    RoutePolicy(Routes routes) {
        this.routes = routes;
    }

    @Override
    public List<DockedAdapter> targets(String requestId, List<ObjectKey> keys, List<DockedAdapter> docked) {
        String adapter = routes.adapterNames().get(routes.decode(Integer.parseInt(requestId)));
        return docked.stream().filter(each -> each.name().equals(adapter)).toList();
    }
}
