package org.kvdock.l2.tck.broken;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kvdock.l2.AdapterStatus;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.DrainReport;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.KeyPage;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.L2AdapterListener;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.Usage;
import org.kvdock.l2.event.EventFd;

/** A good adapter behind a wall in which single bricks can be broken. */
class Wrapper implements L2Adapter {
    final L2Adapter good;

    Wrapper(L2Adapter good) {
        this.good = good;
    }

    /** Every result passes here when it is handed out; null swallows it. */
    TaskResult result(TaskResult result) {
        return result;
    }

    @Override
    public String name() {
        return good.name();
    }

    @Override
    public EventFd eventFd(TaskKind kind) {
        return good.eventFd(kind);
    }

    @Override
    public long submitStoreTask(List<ObjectKey> keys, List<KvBuffer> objects, Optional<StoreContext> context) {
        return good.submitStoreTask(keys, objects, context);
    }

    @Override
    public Map<Long, TaskResult> popCompletedStoreTasks() {
        Map<Long, TaskResult> results = new LinkedHashMap<>();
        for (TaskResult told : good.popCompletedStoreTasks().values()) {
            TaskResult result = result(told);
            if (result != null) {
                results.put(result.taskId(), result);
            }
        }
        return results;
    }

    @Override
    public long submitLookupAndLockTask(List<ObjectKey> keys) {
        return good.submitLookupAndLockTask(keys);
    }

    @Override
    public Optional<TaskResult> queryLookupAndLockResult(long taskId) {
        return good.queryLookupAndLockResult(taskId).map(this::result);
    }

    @Override
    public void submitUnlock(List<ObjectKey> keys) {
        good.submitUnlock(keys);
    }

    @Override
    public long submitLoadTask(List<ObjectKey> keys, List<KvBuffer> objects) {
        return good.submitLoadTask(keys, objects);
    }

    @Override
    public Optional<TaskResult> queryLoadResult(long taskId) {
        return good.queryLoadResult(taskId).map(this::result);
    }

    @Override
    public Bitmap delete(List<ObjectKey> keys) {
        return good.delete(keys);
    }

    @Override
    public KeyPage listKeys(Optional<String> cursor, int pageSize) {
        return good.listKeys(cursor, pageSize);
    }

    @Override
    public Usage usage() {
        return good.usage();
    }

    @Override
    public AdapterStatus status() {
        return good.status();
    }

    @Override
    public AutoCloseable addListener(L2AdapterListener listener) {
        return good.addListener(listener);
    }

    @Override
    public DrainReport drain(Duration deadline) {
        return good.drain(deadline);
    }

    @Override
    public void close() {
        good.close();
    }

    // ---- what breakages often need ----

    static TaskResult with(TaskResult r, Bitmap bitmap) {
        return new TaskResult(
                r.taskId(), r.kind(), r.outcome(), bitmap, r.moved(), r.unconfirmed(), r.bytesMoved(), r.error(), r.errorText());
    }

    static TaskResult withId(TaskResult r, long id) {
        return new TaskResult(
                id, r.kind(), r.outcome(), r.bitmap(), r.moved(), r.unconfirmed(), r.bytesMoved(), r.error(), r.errorText());
    }

    static TaskResult success(TaskResult r, Bitmap bitmap) {
        return new TaskResult(
                r.taskId(), r.kind(), TaskOutcome.SUCCESS, bitmap, r.moved(), r.unconfirmed(), r.bytesMoved(),
                ErrorCode.NONE, "");
    }
}
