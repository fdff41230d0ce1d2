package org.kvdock.itests.policy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.kvdock.host.DockedAdapter;
import org.kvdock.host.PrefetchPolicy;
import org.kvdock.host.StorePolicy;
import org.kvdock.l2.Bitmap;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** What a bundle with policies brings: stores go to the adapter "b" only, loads come from "a" only. They leave with it. */
public final class Policies implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        StorePolicy stores = (requestId, keys, docked) -> docked.stream().filter(each -> each.name().equals("b")).toList();
        PrefetchPolicy loads = (requestId, keys, found) -> {
            Map<DockedAdapter, Bitmap> plan = new LinkedHashMap<>(found);
            plan.keySet().removeIf(each -> !each.name().equals("a"));
            return plan;
        };
        context.registerService(StorePolicy.class, stores, null);
        context.registerService(PrefetchPolicy.class, loads, null);
    }

    @Override
    public void stop(BundleContext context) {
        // The framework takes the services away.
    }
}
