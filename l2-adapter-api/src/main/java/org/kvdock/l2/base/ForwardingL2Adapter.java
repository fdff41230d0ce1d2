package org.kvdock.l2.base;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kvdock.l2.AdapterStatus;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.DrainReport;
import org.kvdock.l2.KeyPage;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.L2AdapterListener;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.Usage;
import org.kvdock.l2.event.EventFd;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An adapter that another one answers for: what a declarative-services component extends, so that the same factory
 * makes adapters with and without OSGi.
 */
@ConsumerType
public class ForwardingL2Adapter implements L2Adapter {
    private final L2Adapter adapter;

    /** @param adapter answers every call */
    protected ForwardingL2Adapter(L2Adapter adapter) {
        this.adapter = adapter;
    }

    @Override
    public final String name() {
        return adapter.name();
    }

    @Override
    public final EventFd eventFd(TaskKind kind) {
        return adapter.eventFd(kind);
    }

    @Override
    public final long submitStoreTask(List<ObjectKey> keys, List<KvBuffer> objects, Optional<StoreContext> context) {
        return adapter.submitStoreTask(keys, objects, context);
    }

    @Override
    public final Map<Long, TaskResult> popCompletedStoreTasks() {
        return adapter.popCompletedStoreTasks();
    }

    @Override
    public final long submitLookupAndLockTask(List<ObjectKey> keys) {
        return adapter.submitLookupAndLockTask(keys);
    }

    @Override
    public final Optional<TaskResult> queryLookupAndLockResult(long taskId) {
        return adapter.queryLookupAndLockResult(taskId);
    }

    @Override
    public final void submitUnlock(List<ObjectKey> keys) {
        adapter.submitUnlock(keys);
    }

    @Override
    public final long submitLoadTask(List<ObjectKey> keys, List<KvBuffer> objects) {
        return adapter.submitLoadTask(keys, objects);
    }

    @Override
    public final Optional<TaskResult> queryLoadResult(long taskId) {
        return adapter.queryLoadResult(taskId);
    }

    @Override
    public final Bitmap delete(List<ObjectKey> keys) {
        return adapter.delete(keys);
    }

    @Override
    public final KeyPage listKeys(Optional<String> cursor, int pageSize) {
        return adapter.listKeys(cursor, pageSize);
    }

    @Override
    public final Usage usage() {
        return adapter.usage();
    }

    @Override
    public final AdapterStatus status() {
        return adapter.status();
    }

    @Override
    public final AutoCloseable addListener(L2AdapterListener listener) {
        return adapter.addListener(listener);
    }

    @Override
    public final DrainReport drain(Duration deadline) {
        return adapter.drain(deadline);
    }

    @Override
    public final void close() {
        adapter.close();
    }
}
