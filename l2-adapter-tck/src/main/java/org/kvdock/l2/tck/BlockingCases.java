package org.kvdock.l2.tck;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;

/** No call waits for I/O, a peer or the disk (R2). */
public interface BlockingCases extends KitCases {
    @Test
    @DisplayName("case R2: no submit, pop, query, unlock or status waits for a disk that does not sync")
    default void slowDisk() {
        KitBench.Run run = bench().open();
        List<ObjectKey> keys = Chunks.keys("r2", 2);
        run.store(keys, Chunks.buffers(keys, 64));
        run.lookup(keys);
        run.callers().forEach(caller -> run.journal(caller.adapter()).hold());
        callEverything(run, keys);
    }

    @ParameterizedTest(name = "case R2: no submit, pop, query, unlock or status waits for a backend that is silent about a {0}")
    @EnumSource(TaskKind.class)
    default void silentBackend(TaskKind kind) {
        KitBench.Run run = bench().open();
        List<ObjectKey> keys = Chunks.keys("r2-silent", 2);
        run.store(keys, Chunks.buffers(keys, 64));
        run.lookup(keys);
        run.stall(kind);
        callEverything(run, keys);
    }

    private static void callEverything(KitBench.Run run, List<ObjectKey> keys) {
        Caller.within("submit, pop, query, unlock or status", () -> {
            List<KvBuffer> buffers = Chunks.buffers(keys, 64);
            List<Long> ids = new ArrayList<>();
            for (int round = 0; round < 20; round++) {
                for (TaskKind kind : TaskKind.values()) {
                    ids.add(run.submit(kind, keys, buffers));
                }
                run.storing().popCompletedStoreTasks();
                ids.forEach(id -> run.reading().queryLookupAndLockResult(id));
                ids.forEach(id -> run.reading().queryLoadResult(id));
                run.reading().submitUnlock(keys);
                assertFalse(run.storing().status().name().isEmpty());
            }
            return ids;
        });
    }
}
