package org.kvdock.itests.restart;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.kvdock.journal.chronicle.ChronicleJournals;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.pd.PdAdapterFactory;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/**
 * A receiver in a process of its own, to be killed. Arguments: journal root, staging directory, bytes of staging, transfer
 * port, ZeroMQ port (0 for any). It says on standard output where it listens and what it found, then obeys lines on
 * standard input: {@code verify NAME:LENGTH ...} loads these chunks without consuming them and says which are not whole.
 */
public final class WarmReceiver {
    private WarmReceiver() {}

    public static void main(String[] arguments) throws Exception {
        Map<String, Object> config = Map.of(
                "role", "receiver",
                "staging_dir", arguments[1],
                "buffer_size", arguments[2],
                "peer_init_port", arguments[3],
                "peer_alloc_port", arguments[4]);
        try (ChronicleJournals journals = ChronicleJournals.at(Path.of(arguments[0]));
                L2Adapter receiver = new PdAdapterFactory().create("decode", config, journals);
                Caller caller = new Caller(receiver)) {
            Map<String, String> found = receiver.status().details();
            say("ready", found.get("peer_init_port"), found.get("peer_alloc_port"), found.get("recovered_chunks"),
                    found.get("recovered_bytes"), found.get("recovery_micros"));
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ");
                if (words[0].equals("verify")) {
                    say("missing", String.join(" ", missing(caller, words)));
                }
            }
        }
    }

    private static List<String> missing(Caller caller, String[] words) {
        List<String> bad = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            String[] chunk = words[i].split(":");
            ObjectKey key = Chunks.key(chunk[0]);
            int length = Integer.parseInt(chunk[1]);
            KvBuffer into = KvBuffer.allocate(length);
            // Without a lock, so that reading frees nothing.
            long id = caller.adapter().submitLoadTask(List.of(key), List.of(into));
            TaskResult loaded = caller.await(TaskKind.LOAD, id);
            if (!loaded.bitmap().all() || !Arrays.equals(Chunks.content(key, length), Chunks.bytes(into))) {
                bad.add(words[i]);
            }
        }
        return bad;
    }

    private static void say(String... words) {
        System.out.println(String.join(" ", words));
    }
}
