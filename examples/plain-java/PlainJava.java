import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.L2AdapterFactory;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.async.AsyncAdapter;
import org.kvdock.l2.async.AsyncPoller;
import org.kvdock.l2.journal.TaskJournals;

/** Stores a chunk, finds and locks it, loads it back, unlocks it; every step of it is in the journal. */
public class PlainJava {
    public static void main(String[] args) throws Exception {
        TaskJournals journals = ServiceLoader.load(TaskJournals.class).findFirst().orElseThrow();
        L2AdapterFactory factory = ServiceLoader.load(L2AdapterFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(found -> found.type().equals("mock"))
                .findFirst()
                .orElseThrow();

        List<ObjectKey> keys = List.of(ObjectKey.of(new byte[] {1, 2, 3}, "some-model", 0, 0, ""));
        KvBuffer chunk = KvBuffer.copyOf("a chunk of 19 bytes".getBytes(UTF_8));
        KvBuffer back = KvBuffer.allocate(chunk.length());

        try (AsyncPoller poller = new AsyncPoller("plain-java");
                L2Adapter adapter = factory.create("plain", Map.of("max_size_gb", 0.1), journals)) {
            AsyncAdapter tasks = poller.attach(adapter);
            tasks.store(keys, List.of(chunk))
                    .thenCompose(stored -> tasks.lookupAndLock(keys))
                    .thenCompose(found -> tasks.load(keys, List.of(back)))
                    .thenAccept(loaded -> tasks.unlock(keys))
                    .get(10, TimeUnit.SECONDS);
            System.out.println("journal " + nameOf(journals) + ", epoch " + adapter.status().epoch());
            System.out.println("adapter " + nameOf(factory) + ": " + UTF_8.decode(back.view()));
        }
    }

    private static String nameOf(Object provider) {
        Module module = provider.getClass().getModule();
        return module.isNamed() ? "in module " + module.getName() : "on the class path";
    }
}
