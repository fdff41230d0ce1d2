package org.kvdock.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.KeyPage;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.journal.NoJournals;
import org.kvdock.l2.pd.PdAdapterFactory;

/**
 * The other end of the channels, in a process of its own. Obeys lines on standard input and answers each with one line:
 * {@code receiver CHANNEL} opens a receiver and says its ports, or {@value #REFUSED} and why it cannot, {@code empty}
 * frees its staging, {@code close} closes it, {@code sink} listens for plain TCP and says its port. Ends with its input.
 */
public final class ChannelPeer {
    /** More than a round, so that the ends of segments do not matter. */
    static final long STAGING_BYTES = 2L * ChunkSizes.ROUND_BYTES;
    /** Begins the answer to what cannot be done. */
    static final String REFUSED = "refused: ";
    private static final int PAGE = 1000;

    private ChannelPeer() {}

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        L2Adapter receiver = null;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "receiver" -> {
                    try {
                        receiver = receiver(words[1]);
                        Map<String, String> details = receiver.status().details();
                        answer(details.get("peer_init_port") + " " + details.get("peer_alloc_port"));
                    } catch (BadConfigurationException e) {
                        answer(REFUSED + e.getMessage());
                    }
                }
                case "empty" -> answer(empty(receiver));
                case "close" -> {
                    receiver.close();
                    answer("closed");
                }
                case "sink" -> answer(Integer.toString(sink()));
                default -> throw new IOException("unknown: " + line);
            }
        }
        System.exit(0);
    }

    private static void answer(String line) {
        System.out.println(line);
    }

    private static L2Adapter receiver(String channel) {
        return new PdAdapterFactory().create(
                "receiver",
                Map.of("role", "receiver", "transfer_channel", channel, "peer_init_port", "0", "peer_alloc_port", "0",
                        "buffer_size", STAGING_BYTES),
                new NoJournals());
    }

    private static String empty(L2Adapter receiver) {
        int deleted = 0;
        for (KeyPage page = receiver.listKeys(Optional.empty(), PAGE); !page.keys().isEmpty();
                page = receiver.listKeys(Optional.empty(), PAGE)) {
            deleted += receiver.delete(page.keys()).count();
        }
        return deleted + " " + receiver.status().details().get("staging_free_bytes");
    }

    /** Reads rounds into memory as large as a round, and answers each with one byte. */
    private static int sink() throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread thread = new Thread(() -> {
            ByteBuffer into = ByteBuffer.allocateDirect(ChunkSizes.ROUND_BYTES);
            try (server; SocketChannel channel = server.accept()) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                ByteBuffer done = ByteBuffer.allocate(1);
                while (channel.read(into) >= 0) {
                    if (!into.hasRemaining()) {
                        into.clear();
                        channel.write(done.clear());
                    }
                }
            } catch (IOException e) {
                System.err.println("the sink has ended: " + e);
            }
        }, "sink");
        thread.setDaemon(true);
        thread.start();
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    /** This program, seen from the one that started it. For one thread. */
    static final class Process implements AutoCloseable {
        private final java.lang.Process process;
        private final BufferedReader out;

        Process() throws IOException {
            process = Children.start(new ProcessBuilder(List.of(
                            java.nio.file.Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-XX:MaxDirectMemorySize=4g", "-Xmx256m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                            ChannelPeer.class.getName()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT));
            out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        /** @throws BadConfigurationException if it says that this cannot be done here */
        String ask(String line) throws IOException {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            String answer = out.readLine();
            if (answer == null) {
                throw new IOException("the other process has ended, after: " + line);
            }
            if (answer.startsWith(REFUSED)) {
                throw new BadConfigurationException(answer.substring(REFUSED.length()));
            }
            return answer;
        }

        @Override
        public void close() throws IOException {
            process.getOutputStream().close();
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
