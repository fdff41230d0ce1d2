package org.kvdock.journal.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kvdock.journal.chronicle.read.Checkpoint;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalReader;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.journal.RecordCodec;
import org.kvdock.l2.journal.TimeSource;

/**
 * The parts of one epoch, of which the last is written to. Numbers and seals records.
 *
 * <pre>
 *  OPEN    --append or sync fails-->  BROKEN    appends are refused, the part leaves
 *  BROKEN  --another part is made-->  OPEN      with the records that were appended, and nothing of the failed one
 *  OPEN    --time or size-->          OPEN      in another part: rolling
 *  any     --close-->                 CLOSED
 * </pre>
 *
 * One lock, this object's monitor, makes the order of sequence numbers the order of the files. Nothing under it waits
 * for the disk; making and closing parts is done outside by the one thread that looks after the journal.
 */
final class PartChain {
    private static final long LEAST_FREE_BYTES = 4L << 20;

    private enum Phase {
        OPEN,
        BROKEN,
        CLOSED
    }

    private final String adapter;
    private final JournalDirectory directory;
    private final long epoch;
    private final JournalSettings settings;
    private final TimeSource time;
    private final Disk disk;

    // guarded by this
    private Phase phase = Phase.BROKEN;
    private String trouble = "not begun";
    private Part part;
    private Room room;
    private final OwedRoom owed = new OwedRoom();
    // Parts that nothing is appended to any more and that are still open.
    private final List<Part> leaving = new ArrayList<>();
    private long nextSequence;
    private long wakeAt;
    private long rollAtMicros;
    private long lostUpTo = -1;

    // Only the thread that makes parts touches it.
    private int nextPart;

    private volatile Runnable waker = () -> {};

    PartChain(
            String adapter,
            JournalDirectory directory,
            long epoch,
            long nextSequence,
            JournalSettings settings,
            TimeSource time,
            Disk disk) {
        this.adapter = adapter;
        this.directory = directory;
        this.epoch = epoch;
        this.nextSequence = nextSequence;
        this.settings = settings;
        this.time = time;
        this.disk = disk;
    }

    /** @param waker wakes the thread that looks after this chain; must not block */
    void onNeed(Runnable waker) {
        this.waker = waker;
    }

    long append(ByteBuffer record) {
        synchronized (this) {
            boolean kept = false;
            try {
                long sequence = keep(record);
                kept = true;
                return sequence;
            } finally {
                if (!kept) {
                    owed.refused(record);
                }
            }
        }
    }

    private long keep(ByteBuffer record) {
        if (phase != Phase.OPEN) {
            throw new JournalUnavailableException(
                    "journal " + adapter + ": " + (phase == Phase.CLOSED ? "closed" : trouble));
        }
        checkRoom(record);
        RecordCodec.seal(record, nextSequence);
        long before = part.position();
        try {
            disk.append(part, record);
            owed.appended(record);
        } catch (RuntimeException | Error e) {
            // A mapped page without room on its disk throws InternalError; with no memory left, anything may throw
            // anywhere. Whether the record got there nobody knows: whatever did is cut off.
            part.retreat(before);
            breakDown("cannot append: " + e);
            throw new JournalUnavailableException("journal " + adapter + ": cannot append: " + e, e);
        }
        if (part.position() + owed.bytes() >= wakeAt) {
            wakeAt = Long.MAX_VALUE;
            waker.run();
        }
        return nextSequence++;
    }

    private void checkRoom(ByteBuffer record) {
        long after = 0;
        if (OwedRoom.isSubmission(record)) {
            after = owed.bytes() + OwedRoom.owedBy(record) + Room.MARGIN_BYTES;
        }
        long position = part.position();
        if (!room.holds(position, record.remaining()) && !room.isFull()) {
            // The thread whose work it is was too slow. A quick call, as long as the disk is not the cause.
            try {
                room.extend(position, after);
            } catch (IOException e) {
                throw new JournalUnavailableException("journal " + adapter + ": cannot take room: " + e, e);
            }
        }
        if (!room.admits(position, record.remaining(), after)) {
            throw new JournalUnavailableException("journal " + adapter + ": no room left on the disk of " + directory);
        }
    }

    /** Refuses appends until {@link #mend} has made another part. */
    synchronized void breakDown(String why) {
        if (phase == Phase.OPEN) {
            phase = Phase.BROKEN;
            trouble = why;
            leaving.add(part);
            part = null;
            waker.run();
        }
    }

    synchronized boolean isBroken() {
        return phase == Phase.BROKEN;
    }

    synchronized String trouble() {
        return trouble;
    }

    /** @return number that the next record gets */
    synchronized long nextSequence() {
        return nextSequence;
    }

    /** @return whether rolling is due */
    synchronized boolean isRollDue() {
        return phase == Phase.OPEN
                && (part.position() >= settings.rollBytes() || time.wallMicros() >= rollAtMicros);
    }

    /**
     * Makes another part and goes on in it: the first, after rolling is due, or in the place of a broken one.
     *
     * @return its file
     * @throws IOException if it cannot be made; everything stays as it was
     */
    Path goOn() throws IOException {
        // The broken part first: it is cut to what was acknowledged before another record can get its number.
        if (isBroken()) {
            closeBroken();
        }
        long now = time.wallMicros();
        Path place = directory.partDirectory(epoch, nextPart);
        Part made = null;
        boolean taken = false;
        try {
            Files.createDirectories(place);
            long free = Files.getFileStore(place).getUsableSpace();
            if (free < LEAST_FREE_BYTES) {
                throw new IOException("only " + free + " bytes left on the disk of " + directory);
            }
            made = disk.create(place, now / 1000);
            Room ahead = new Room(disk, made.file());
            ahead.extend(made.position(), owedBytes());
            if (!ahead.admits(made.position(), 0, Room.MARGIN_BYTES)) {
                throw new IOException("no room left on the disk of " + directory);
            }
            // What was written before the room was taken may have been dropped without a word.
            if (JournalReader.endOf(made.file()) != made.position()) {
                throw new IOException("the new file is not what was written to it");
            }
            Checkpoint.forceDirectory(place);
            Checkpoint.forceDirectory(place.getParent());
            Checkpoint.forceDirectory(directory.path());
            taken = take(made, ahead, now);
            return made.file();
        } catch (RuntimeException | InternalError e) {
            throw new IOException("cannot make " + place + ": " + e, e);
        } finally {
            nextPart++;
            if (!taken) {
                discard(made, place);
            }
        }
    }

    private void closeBroken() {
        try {
            force();
        } catch (IOException e) {
            // Told to whoever waits for it; what the disk took is still there.
        }
        closeLeaving();
    }

    private synchronized boolean take(Part made, Room ahead, long nowMicros) {
        if (phase == Phase.CLOSED) {
            return false;
        }
        if (part != null) {
            leaving.add(part);
        }
        phase = Phase.OPEN;
        part = made;
        room = ahead;
        wakeAt = ahead.reservedTo() - Room.LOW_BYTES;
        rollAtMicros = nowMicros + settings.rollEvery().toNanos() / 1000;
        return true;
    }

    private static void discard(Part made, Path place) {
        if (made != null) {
            made.close();
        }
        Retention.deletePart(place);
    }

    /** Takes more room ahead if there is little left. */
    void extendRoom() throws IOException {
        Part where;
        Room ahead;
        long debt;
        synchronized (this) {
            if (phase != Phase.OPEN) {
                return;
            }
            where = part;
            ahead = room;
            debt = owed.bytes();
        }
        ahead.extend(where.position(), debt);
        synchronized (this) {
            // Where nothing more is to be had now, the thread's own period is soon enough.
            wakeAt = ahead.isLow(where.position(), debt)
                    ? Long.MAX_VALUE
                    : Math.min(settings.rollBytes(), ahead.reservedTo() - Room.LOW_BYTES);
        }
    }

    /** @return bytes that must still follow the open tasks */
    synchronized long owedBytes() {
        return owed.bytes();
    }

    /** @return open parts, the written one last */
    synchronized List<Part> openParts() {
        List<Part> parts = new ArrayList<>(leaving);
        if (part != null) {
            parts.add(part);
        }
        return parts;
    }

    /**
     * Waits until everything that was appended before the call is on disk. A disk that refuses breaks the chain down.
     *
     * @throws IOException if the disk refuses
     */
    void force() throws IOException {
        for (Part each : openParts()) {
            try {
                each.force(disk);
            } catch (IOException e) {
                synchronized (this) {
                    lostUpTo = nextSequence - 1;
                }
                breakDown("cannot sync " + each.file() + ": " + e);
                throw e;
            }
        }
    }

    /** @return number of the last record that may be lost at power loss although the disk was asked for it; -1 if none */
    synchronized long lostUpTo() {
        return lostUpTo;
    }

    /**
     * Syncs, and closes the parts that nothing was appended to any more before that. One that breaks meanwhile stays: what
     * it was given last is not on disk yet, and once it is closed nobody would ask for that any more.
     *
     * @throws IOException if the disk refuses
     */
    void retire() throws IOException {
        List<Part> before = leaving();
        force();
        close(before);
    }

    /** Closes the parts that nothing is appended to any more. */
    void closeLeaving() {
        close(leaving());
    }

    private synchronized List<Part> leaving() {
        return List.copyOf(leaving);
    }

    private void close(List<Part> left) {
        for (Part each : left) {
            each.close();
            synchronized (this) {
                leaving.remove(each);
            }
        }
    }

    /** Refuses appends from now on. The parts stay open until {@link #closeLeaving}. */
    synchronized void close() {
        if (part != null) {
            leaving.add(part);
            part = null;
        }
        phase = Phase.CLOSED;
    }
}
