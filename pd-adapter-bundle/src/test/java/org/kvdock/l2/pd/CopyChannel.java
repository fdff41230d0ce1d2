package org.kvdock.l2.pd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.kvdock.l2.pd.channel.spi.Landings;
import org.kvdock.l2.pd.channel.spi.Piece;
import org.kvdock.l2.pd.channel.spi.Reach;
import org.kvdock.l2.pd.channel.spi.ReceivingEnd;
import org.kvdock.l2.pd.channel.spi.SendingEnd;
import org.kvdock.l2.pd.channel.spi.TransferChannel;

/**
 * A channel inside one process that copies pieces. It can be told to leave landings open, to fail at either end, to refuse
 * to open, and to take its time for that. Bears the name {@code ucx}.
 */
public final class CopyChannel implements TransferChannel {
    private static final Map<Byte, CopyEnd> ENDS = new ConcurrentHashMap<>();
    private static final AtomicInteger NEXT = new AtomicInteger();

    private final List<Runnable> held = new CopyOnWriteArrayList<>();
    private final List<Consumer<IOException>> senders = new CopyOnWriteArrayList<>();
    private final List<CopyEnd> ends = new CopyOnWriteArrayList<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final Optional<String> obstacle;
    private volatile boolean holding;
    private volatile boolean sendersFail;
    private volatile String refusal;
    private volatile CountDownLatch delay = new CountDownLatch(0);

    /** @param obstacle null if it can work */
    public CopyChannel(String obstacle) {
        this.obstacle = Optional.ofNullable(obstacle);
    }

    @Override
    public String name() {
        return "ucx";
    }

    @Override
    public Optional<String> obstacle() {
        return obstacle;
    }

    /** From now on what lands stays on its way. */
    void hold() {
        holding = true;
    }

    /** @return how many pieces are on their way */
    int onTheirWay() {
        return held.size();
    }

    /** All that is on its way arrives. */
    void release() {
        holding = false;
        held.forEach(Runnable::run);
        held.clear();
    }

    /** Its bundle goes. */
    void go() {
        fail("the channel has gone");
    }

    /** Both ends of every transfer fail inside. */
    public void fail(String why) {
        ends.forEach(end -> end.failed.accept(new IOException(why)));
        failSenders("the receiver was lost: " + why);
    }

    /** Senders' ends fail inside. */
    void failSenders(String why) {
        senders.forEach(failed -> failed.accept(new IOException(why)));
        senders.clear();
    }

    /** From now on each sender's end fails at its first piece. @param fail false: no more */
    void failSenders(boolean fail) {
        sendersFail = fail;
    }

    /** From now on receivers' ends cannot be opened. @param why null: they can */
    public void refuse(String why) {
        refusal = why;
    }

    /** From now on opening a receiver's end takes until the latch is down. */
    public void delay(CountDownLatch latch) {
        delay = latch;
    }

    /** @return how often a receiver's end was asked for */
    public int tries() {
        return opened.get();
    }

    /** @return receivers' ends that are open */
    public int open() {
        return ends.size();
    }

    /** A receiver's end. */
    private final class CopyEnd implements ReceivingEnd {
        private final byte number = (byte) NEXT.incrementAndGet();
        private final Landings landings;
        private final Consumer<IOException> failed;

        CopyEnd(Landings landings, Consumer<IOException> failed) {
            this.landings = landings;
            this.failed = failed;
        }

        @Override
        public byte[] address() {
            return new byte[] {number};
        }

        @Override
        public void close() {
            ENDS.remove(number);
            ends.remove(this);
        }
    }

    @Override
    public ReceivingEnd receive(Reach reach, Landings landings, Consumer<IOException> failed) throws IOException {
        opened.incrementAndGet();
        try {
            delay.await();
        } catch (InterruptedException e) {
            throw new IOException("interrupted");
        }
        if (refusal != null) {
            throw new IOException(refusal);
        }
        CopyEnd end = new CopyEnd(landings, failed);
        ENDS.put(end.number, end);
        ends.add(end);
        return end;
    }

    @Override
    public SendingEnd send(Reach reach, byte[] address, Consumer<IOException> failed) {
        senders.add(failed);
        return new SendingEnd() {
            @Override
            public int pieceBytes() {
                return 10_000;
            }

            @Override
            public boolean hasRoom() {
                return true;
            }

            @Override
            public void put(Piece piece, ByteBuffer bytes, Runnable arrived) {
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(bytes.position(), copy);
                CopyEnd to = ENDS.get(address[0]);
                if (to != null && !sendersFail) {
                    to.landings.land(piece, copy.length).ifPresent(landing -> write(landing, copy));
                    arrived.run();
                } else if (senders.remove(failed)) {
                    failed.accept(new IOException("a piece could not be sent"));
                }
            }

            @Override
            public void close() {
                senders.remove(failed);
            }
        };
    }

    private void write(Landings.Landing landing, byte[] bytes) {
        Runnable last = () -> {
            landing.memory().put(bytes);
            landing.ended();
        };
        if (holding) {
            held.add(last);
        } else {
            last.run();
        }
    }

    /** @return the receiver behind an address */
    static Landings at(byte[] address) {
        return ENDS.get(address[0]).landings;
    }
}
