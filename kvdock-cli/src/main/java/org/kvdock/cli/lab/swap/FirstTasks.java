package org.kvdock.cli.lab.swap;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.L2AdapterListener;
import org.kvdock.l2.TaskResult;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;

/** Tells when the next adapter that appears has done its first task. It keeps no adapter. */
final class FirstTasks implements ServiceListener {
    private final BundleContext context;
    private final AtomicReference<CompletableFuture<Long>> next = new AtomicReference<>(new CompletableFuture<>());

    FirstTasks(BundleContext context) {
        this.context = context;
        try {
            context.addServiceListener(this, "(objectClass=" + L2Adapter.class.getName() + ")");
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @return completes with {@link System#nanoTime()} of the first task of an adapter that appears from now on */
    CompletableFuture<Long> next() {
        CompletableFuture<Long> fresh = new CompletableFuture<>();
        next.set(fresh);
        return fresh;
    }

    // Called while the service is being registered, so hardly a task can have been done before.
    @Override
    public void serviceChanged(ServiceEvent event) {
        if (event.getType() != ServiceEvent.REGISTERED) {
            return;
        }
        ServiceReference<?> reference = event.getServiceReference();
        CompletableFuture<Long> first = next.get();
        if (context.getService(reference) instanceof L2Adapter adapter) {
            adapter.addListener(new L2AdapterListener() {
                @Override
                public void taskCompleted(TaskResult result) {
                    first.complete(System.nanoTime());
                }
            });
        }
        context.ungetService(reference);
    }

    void stop() {
        context.removeServiceListener(this);
    }
}
