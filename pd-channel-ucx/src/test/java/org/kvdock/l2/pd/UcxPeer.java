package org.kvdock.l2.pd;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/**
 * One end of a pair in a process of its own, until its input ends or somebody kills it.
 *
 * <pre>
 *  sender INIT ALLOC     stores chunks without end, several tasks at a time; says "stored N" after each
 *  receiver INIT ALLOC   says "ready INIT ALLOC"; on "verify NAME COUNT LENGTH" loads the chunks and says "whole W wrong X"
 * </pre>
 */
final class UcxPeer {
    static final int CHUNK = 1 << 20;
    private static final int CHUNKS = 4;
    private static final int TASKS = 4;

    private UcxPeer() {}

    /** @param args as above */
    public static void main(String[] args) throws IOException {
        if (args[0].equals("sender")) {
            send(args[1], args[2]);
        } else {
            receive(args[1], args[2]);
        }
    }

    private static void send(String init, String alloc) {
        endWithInput();
        try (L2Adapter sender = Pd.sender(init, alloc, "transfer_channel", "ucx"); Caller caller = new Caller(sender)) {
            ArrayDeque<Long> tasks = new ArrayDeque<>();
            for (int i = 0;; i++) {
                List<ObjectKey> keys = Chunks.keys(ProcessHandle.current().pid() + "-" + i, CHUNKS);
                tasks.add(sender.submitStoreTask(keys, Chunks.buffers(keys, CHUNK)));
                if (tasks.size() == TASKS) {
                    System.out.println("stored " + caller.await(TaskKind.STORE, tasks.poll()).moved().count());
                }
            }
        }
    }

    private static void endWithInput() {
        Thread watch = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {
                    // goes on
                }
            } catch (IOException e) {
                // the parent has gone
            }
            Runtime.getRuntime().halt(0);
        });
        watch.setDaemon(true);
        watch.start();
    }

    private static void receive(String init, String alloc) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (L2Adapter receiver = Pd.receiver(
                        256L << 20, new HoldingsRef(), "transfer_channel", "ucx", "peer_init_port", "[" + init + "]",
                        "peer_alloc_port", "[" + alloc + "]");
                Caller caller = new Caller(receiver)) {
            System.out.println("ready " + Pd.port(receiver, "peer_init_port") + " " + Pd.port(receiver, "peer_alloc_port"));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ");
                List<ObjectKey> keys = Chunks.keys(words[1], Integer.parseInt(words[2]));
                verify(caller, keys, Integer.parseInt(words[3]));
            }
        }
    }

    private static void verify(Caller caller, List<ObjectKey> keys, int length) {
        List<ObjectKey> held = caller.lookup(keys).bitmap().gather(keys);
        List<KvBuffer> into = Chunks.empty(held.size(), length);
        List<ObjectKey> loaded = caller.load(held, into).bitmap().gather(held);
        long whole = loaded.stream()
                .filter(key -> Arrays.equals(Chunks.content(key, length), Chunks.bytes(into.get(held.indexOf(key)))))
                .count();
        System.out.println("whole " + whole + " wrong " + (held.size() - whole));
    }
}
