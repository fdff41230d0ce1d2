package org.kvdock.journal.chronicle.read;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.kvdock.fuzz.Decoding;
import org.kvdock.fuzz.Finding;
import org.kvdock.fuzz.FuzzTarget;
import org.kvdock.fuzz.ScratchFile;
import org.kvdock.l2.journal.MalformedRecordException;
import org.kvdock.l2.journal.StatesTarget;
import org.kvdock.l2.journal.TaskState;

/** Checkpoint files with a checksum that is right, and any content. */
public final class CheckpointsTarget implements FuzzTarget {
    private static final long UP_TO = 7;
    private static final Decoding DECODING = new Decoding(MalformedRecordException.class, 1 << 20, 24);

    private final ScratchFile file = new ScratchFile(String.format("checkpoint-%016d.kvc", UP_TO));
    private final JournalDirectory journal = JournalDirectory.at(file.directory());

    @Override
    public String name() {
        return "checkpoints";
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (TaskState state : List.of(StatesTarget.folded(), new TaskState())) {
            try {
                Path written = new Checkpoint(UP_TO, new Position(journal.path().resolve("epoch-0/x.cq4"), 40), 1, 2, state).write(journal);
                byte[] bytes = Files.readAllBytes(written);
                seeds.add(Arrays.copyOf(bytes, bytes.length - Integer.BYTES));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return seeds;
    }

    @Override
    public void run(byte[] input) throws IOException {
        CRC32C crc = new CRC32C();
        crc.update(input);
        byte[] content = ByteBuffer.allocate(input.length + Integer.BYTES).put(input).putInt((int) crc.getValue()).array();
        Path path = file.with(content);
        Optional<Checkpoint> read = DECODING.decoded(content.length, () -> Checkpoint.read(journal, path));
        if (read.isPresent()) {
            Checkpoint checkpoint = read.get();
            Finding.unless(checkpoint.at().file().startsWith(journal.path()), "names a file outside: " + checkpoint.at());
            Finding.unless(checkpoint.upTo() == UP_TO && checkpoint.state().nextSequence() == UP_TO + 1, "is another checkpoint");
            Checkpoint again = Checkpoint.read(journal, checkpoint.write(journal));
            Finding.unless(
                    again.at().equals(checkpoint.at()) && again.state().snapshot().equals(checkpoint.state().snapshot())
                            && again.state().keys().equals(checkpoint.state().keys()),
                    "written and read, another checkpoint");
        }
    }
}
