package org.kvdock.cli.lab.fault;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.kvdock.cli.workload.BlockKeys;
import org.kvdock.l2.ErrorCode;

/** A bit turns on the way: in data, in every kind of message, under TLS, and in shared memory after the commit. */
final class Flips {
    private static final String NAME = "flip";
    private static final Duration PATIENT = Duration.ofSeconds(8);
    private static final int HEADER_BITS = 64;

    private Flips() {}

    static List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        for (Channel channel : Channel.THOROUGH) {
            for (Step step : Step.OVER_THE_WIRE) {
                for (String type : step.frames(channel)) {
                    if (!type.equals(Frame.DATA)) {
                        all.add(message(step, channel, type));
                    }
                }
            }
            all.add(key(channel));
            all.add(header(Step.RESERVE, channel, "Reserve"));
        }
        all.add(data());
        all.add(header(Step.WRITE, Channel.TCP, Frame.DATA));
        all.add(tls());
        all.add(memory());
        return all;
    }

    private static Scenario message(Step step, Channel channel, String type) {
        return new Scenario(
                NAME, Trickles.from(type), step, channel, type.toLowerCase(Locale.ROOT),
                "a bit of " + type + " turns; the link is given up, and the store succeeds over the next one",
                stage -> {
                    stage.deadline(PATIENT).open();
                    stage.succeeds(stage.caught(type, (frame, out) -> {
                        int header = frame.headerBytes() * Byte.SIZE;
                        out.write(frame.flipped(header + stage.random().nextInt(frame.bytes().length * Byte.SIZE - header)));
                    }));
                });
    }

    private static Scenario header(Step step, Channel channel, String type) {
        return new Scenario(
                NAME, Side.SENDER, step, channel, type.toLowerCase(Locale.ROOT) + "-header",
                "a bit of the header of " + type + " turns; nothing wrong becomes visible",
                stage -> {
                    stage.deadline(PATIENT).open();
                    stage.ends(stage.caught(type, (frame, out) -> out.write(frame.flipped(stage.random().nextInt(HEADER_BITS)))));
                });
    }

    private static Scenario key(Channel channel) {
        return new Scenario(
                NAME, Side.SENDER, Step.RESERVE, channel, "key",
                "a bit of a key turns; no chunk becomes visible under another name, and the store succeeds over the next link",
                stage -> {
                    stage.deadline(PATIENT).open();
                    stage.succeeds(stage.caught("Reserve", (frame, out) -> {
                        byte[] hash = BlockKeys.of(stage.blocks().newest()).contentHash();
                        int at = Frame.latin(frame.bytes()).indexOf(Frame.latin(hash)) + hash.length - 1;
                        out.write(frame.flipped(at * Byte.SIZE + 1));
                    }));
                });
    }

    private static Scenario data() {
        return new Scenario(
                NAME, Side.SENDER, Step.WRITE, Channel.TCP, "data",
                "a bit of a chunk turns; that chunk is refused with its checksum, the others are stored",
                stage -> {
                    stage.deadline(PATIENT).open();
                    stage.endsAs(
                            stage.caught(Frame.DATA, (frame, out) -> {
                                int header = frame.headerBytes() * Byte.SIZE;
                                out.write(frame.flipped(header + stage.random().nextInt(frame.bytes().length * Byte.SIZE - header)));
                            }),
                            ErrorCode.CHECKSUM);
                });
    }

    private static Scenario tls() {
        return new Scenario(
                NAME, Side.SENDER, Step.WRITE, Channel.TLS, "",
                "a bit turns under TLS, which notices; the link is given up, and the store succeeds over the next one",
                stage -> {
                    stage.deadline(PATIENT).open();
                    stage.succeeds(stage.caught(Line.PIECE, (frame, out) ->
                            out.write(frame.flipped(stage.random().nextInt(frame.bytes().length * Byte.SIZE)))));
                });
    }

    private static Scenario memory() {
        return new Scenario(
                NAME, Side.SENDER, Step.LOAD, Channel.SHM, "",
                "somebody writes into shared memory after the commit; the load notices and gives nothing, and the chunk goes",
                stage -> {
                    stage.deadline(PATIENT).open();
                    Stored stored = stage.store();
                    stage.succeeds(stored);
                    stage.tampered();
                    stage.note(damage(stage) + " segments damaged");
                    String loaded = stage.read(stored.first(), stored.count()).text("loaded");
                    if (!loaded.contains("0")) {
                        throw new Trouble("what was damaged was loaded: " + loaded);
                    }
                });
    }

    // One bit in the middle of every segment of this stage's receiver, which is the one that the process has mapped.
    private static int damage(Stage stage) throws IOException {
        int count = 0;
        for (Path file : segments(stage.sharedName())) {
            try (RandomAccessFile segment = new RandomAccessFile(file.toFile(), "rw")) {
                long at = Files.size(file) / 4;
                segment.seek(at);
                int was = segment.read();
                segment.seek(at);
                segment.write(was ^ 1);
                count++;
            }
        }
        return count;
    }

    private static List<Path> segments(String name) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(Path.of("/dev/shm"), "kvdock-" + name + "-*")) {
            for (Path directory : directories) {
                try (DirectoryStream<Path> segments = Files.newDirectoryStream(directory, "segment-*")) {
                    segments.forEach(files::add);
                }
            }
        }
        return files;
    }
}
