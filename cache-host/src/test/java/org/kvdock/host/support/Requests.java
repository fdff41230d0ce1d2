package org.kvdock.host.support;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.kvdock.host.Prefetched;
import org.kvdock.host.RequestStored;
import org.kvdock.host.RequestWriter;
import org.kvdock.host.StorageManager;
import org.kvdock.l2.ObjectKey;

/** What tests do with a host again and again. */
public final class Requests {
    /** Far more than anything here takes; only a lost result reaches it. */
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    private Requests() {}

    public static RequestWriter put(StorageManager host, String id, List<ObjectKey> keys, int bytes) {
        RequestWriter writer = host.write(id, keys, bytes);
        boolean whole = false;
        try {
            for (int i = writer.prefixHits(); i < keys.size(); i++) {
                ObjectKey key = keys.get(i);
                writer.put(i, chunk -> Chunks.fill(chunk, key));
            }
            whole = true;
            return writer;
        } finally {
            if (!whole) {
                writer.abort();
            }
        }
    }

    public static CompletionStage<RequestStored> store(StorageManager host, String id, List<ObjectKey> keys, int bytes) {
        return put(host, id, keys, bytes).finish();
    }

    public static Prefetched prefetch(StorageManager host, String id, List<ObjectKey> keys, int bytes) {
        return get(host.prefetch(id, keys, bytes, PATIENCE));
    }

    public static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the stage did not complete", e);
        }
    }

    public static boolean matches(Prefetched prefetched, List<ObjectKey> keys) {
        for (int i = 0; i < prefetched.prefix(); i++) {
            if (!Chunks.matches(prefetched.view(i), keys.get(i))) {
                return false;
            }
        }
        return true;
    }
}
