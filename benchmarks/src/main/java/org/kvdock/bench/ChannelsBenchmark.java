package org.kvdock.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.event.EventPoller;
import org.kvdock.l2.journal.NoJournals;
import org.kvdock.l2.pd.ChannelChoice;
import org.kvdock.l2.pd.PdAdapterFactory;

/**
 * How fast stores move chunks over each transfer channel, from a process to another one, until the receiver has verified
 * their checksums and acknowledged them; beside a plain copy and plain TCP of the same run. Several tasks are in flight,
 * buffers on both sides rotate through more than a cache holds, and the journal is off.
 */
final class ChannelsBenchmark implements Benchmark {
    private static final int WARM_UP_ROUNDS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ByteBuffer source = ByteBuffer.allocateDirect(ChunkSizes.ROUND_BYTES);
    private final int roundCount;
    private long nextKey;

    ChannelsBenchmark(Effort effort) {
        this.roundCount = effort.rounds();
    }

    @Override
    public String name() {
        return "channels";
    }

    @Override
    public String what() {
        return "stores over each transfer channel from a process to another one";
    }

    @Override
    public void run(Consumer<BenchResult> results, Consumer<String> notes) throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        for (int at = 0; at < source.capacity(); at += Long.BYTES) {
            source.putLong(at, random.nextLong());
        }
        notes.accept("GB/s, median of " + roundCount + " rounds of " + (ChunkSizes.ROUND_BYTES >> 20) + " MiB, "
                + ChunkSizes.WINDOW + " tasks in flight, chunks under 1 MiB share a task of 1 MiB");
        Map<Integer, Double> copies = new HashMap<>();
        Map<Integer, Double> plainTcp = new HashMap<>();
        MemoryFloors memory = new MemoryFloors(source, roundCount);
        try (ChannelPeer.Process peer = new ChannelPeer.Process()) {
            for (int bytes : ChunkSizes.ALL) {
                copies.put(bytes, memory.copy(bytes));
                plainTcp.put(bytes, plainTcp(peer, bytes));
                results.accept(BenchResult.beside(
                        "copy with one checksum, " + ChunkSizes.name(bytes), memory.summedCopy(bytes), "GB/s", "memcpy",
                        copies.get(bytes)));
                results.accept(BenchResult.beside(
                        "plain loopback TCP, " + ChunkSizes.name(bytes), plainTcp.get(bytes), "GB/s", "memcpy", copies.get(bytes)));
            }
            for (ChannelChoice choice : ChannelChoice.values()) {
                if (choice != ChannelChoice.AUTO) {
                    measure(choice, peer, results, notes, copies, plainTcp);
                }
            }
        }
    }

    private void measure(
            ChannelChoice choice, ChannelPeer.Process peer, Consumer<BenchResult> results, Consumer<String> notes,
            Map<Integer, Double> copies, Map<Integer, Double> plainTcp) throws IOException {
        boolean peerless = choice == ChannelChoice.MOCK_MEMORY;
        String channel = choice.wireName();
        try (L2Adapter sender = peerless ? memory() : sender(channel, peer.ask("receiver " + channel).split(" "))) {
            // For the compilers on both sides, and for memory that nobody has touched yet.
            for (int i = 0; i < WARM_UP_ROUNDS; i++) {
                round(sender, peer, peerless, ChunkSizes.ALL.get(0));
            }
            for (int bytes : ChunkSizes.ALL) {
                double[] rounds = new double[roundCount + 1];
                for (int i = 0; i < rounds.length; i++) {
                    rounds[i] = round(sender, peer, peerless, bytes);
                }
                // The first one warms up.
                Arrays.sort(rounds, 1, rounds.length);
                double median = rounds[1 + roundCount / 2];
                String name = channel + ", " + ChunkSizes.name(bytes);
                results.accept(BenchResult.beside(name, median, "GB/s", "memcpy", copies.get(bytes)));
                if (!peerless) {
                    results.accept(BenchResult.beside(name, median, "GB/s", "plain loopback TCP", plainTcp.get(bytes)));
                }
            }
            if (!peerless && !sender.status().details().get("channel").equals(channel)) {
                throw new IOException("measured " + sender.status().details().get("channel") + " for " + channel);
            }
        } catch (BadConfigurationException e) {
            notes.accept("left out: " + channel + ": " + e.getMessage());
            return;
        }
        if (!peerless) {
            peer.ask("close");
        }
    }

    private double round(L2Adapter sender, ChannelPeer.Process peer, boolean peerless, int bytes) throws IOException {
        List<ObjectKey> keys = keys(bytes);
        double speed = round(sender, keys, bytes);
        if (peerless) {
            sender.delete(keys);
        } else {
            peer.ask("empty");
        }
        return speed;
    }

    private static L2Adapter sender(String channel, String[] ports) {
        return new PdAdapterFactory().create(
                "sender",
                Map.of("role", "sender", "transfer_channel", channel, "peer_host", "127.0.0.1",
                        "peer_init_port", ports[0], "peer_alloc_port", ports[1]),
                new NoJournals());
    }

    private static L2Adapter memory() {
        return new PdAdapterFactory().create(
                "memory", Map.of("role", "sender", "transfer_channel", "mock_memory", "buffer_size", ChannelPeer.STAGING_BYTES),
                new NoJournals());
    }

    private List<ObjectKey> keys(int bytes) {
        List<ObjectKey> keys = new ArrayList<>();
        for (int i = 0; i < ChunkSizes.ROUND_BYTES / bytes; i++) {
            keys.add(ObjectKey.of(ByteBuffer.allocate(16).putLong(8, nextKey++).array(), "bench", 0, 0, ""));
        }
        return keys;
    }

    /** @return GB/s from the first submit to the last completion */
    private double round(L2Adapter sender, List<ObjectKey> keys, int bytes) throws IOException {
        List<KvBuffer> objects = new ArrayList<>();
        for (int at = 0; at < source.capacity(); at += bytes) {
            objects.add(KvBuffer.of(source, at, bytes));
        }
        int perTask = ChunkSizes.perTask(bytes);
        long moved = 0;
        int next = 0;
        int open = 0;
        try (EventPoller poller = new EventPoller()) {
            poller.add(sender.eventFd(TaskKind.STORE), () -> sender.eventFd(TaskKind.STORE).read());
            long start = System.nanoTime();
            while (next < keys.size() || open > 0) {
                for (; open < ChunkSizes.WINDOW && next < keys.size(); next += perTask, open++) {
                    sender.submitStoreTask(keys.subList(next, next + perTask), objects.subList(next, next + perTask));
                }
                if (poller.poll(PATIENCE) == 0) {
                    throw new IOException("no task has completed for " + PATIENCE.toSeconds() + " s");
                }
                for (TaskResult result : sender.popCompletedStoreTasks().values()) {
                    if (!result.success()) {
                        throw new IOException("a store failed: " + result);
                    }
                    moved += result.bytesMoved();
                    open--;
                }
            }
            long nanos = System.nanoTime() - start;
            if (moved != ChunkSizes.ROUND_BYTES) {
                throw new IOException(moved + " bytes were moved, not " + ChunkSizes.ROUND_BYTES);
            }
            return ChunkSizes.gigabytesPerSecond(moved, nanos);
        }
    }

    /** @return GB/s of writes of that length into a socket whose other end reads them in another process */
    private double plainTcp(ChannelPeer.Process peer, int bytes) throws IOException {
        int port = Integer.parseInt(peer.ask("sink"));
        try (SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            double[] rounds = new double[roundCount + 1];
            for (int i = 0; i < rounds.length; i++) {
                long start = System.nanoTime();
                for (int at = 0; at < source.capacity(); at += bytes) {
                    ByteBuffer chunk = source.slice(at, bytes);
                    while (chunk.hasRemaining()) {
                        channel.write(chunk);
                    }
                }
                if (channel.read(ByteBuffer.allocate(1)) != 1) {
                    throw new IOException("the sink has ended");
                }
                rounds[i] = ChunkSizes.gigabytesPerSecond(source.capacity(), System.nanoTime() - start);
            }
            Arrays.sort(rounds, 1, rounds.length);
            return rounds[1 + roundCount / 2];
        }
    }
}
