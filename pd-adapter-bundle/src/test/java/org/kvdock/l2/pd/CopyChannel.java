package org.kvdock.l2.pd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.kvdock.l2.pd.channel.spi.Landings;
import org.kvdock.l2.pd.channel.spi.Piece;
import org.kvdock.l2.pd.channel.spi.Reach;
import org.kvdock.l2.pd.channel.spi.ReceivingEnd;
import org.kvdock.l2.pd.channel.spi.SendingEnd;
import org.kvdock.l2.pd.channel.spi.TransferChannel;

/** A channel inside one process that copies pieces; it can be told to leave landings open. Bears the name {@code ucx}. */
final class CopyChannel implements TransferChannel {
    private static final Map<Byte, Landings> ENDS = new ConcurrentHashMap<>();
    private static final AtomicInteger NEXT = new AtomicInteger();

    private final List<Runnable> held = new CopyOnWriteArrayList<>();
    private final List<Consumer<IOException>> senders = new CopyOnWriteArrayList<>();
    private final Optional<String> obstacle;
    private volatile boolean holding;

    CopyChannel(String obstacle) {
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
        senders.forEach(failed -> failed.accept(new IOException("the channel has gone")));
        senders.clear();
    }

    @Override
    public ReceivingEnd receive(Reach reach, Landings landings) {
        byte number = (byte) NEXT.incrementAndGet();
        ENDS.put(number, landings);
        return new ReceivingEnd() {
            @Override
            public byte[] address() {
                return new byte[] {number};
            }

            @Override
            public void close() {
                ENDS.remove(number);
            }
        };
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
                ENDS.get(address[0]).land(piece, copy.length).ifPresent(landing -> write(landing, copy));
                arrived.run();
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
        return ENDS.get(address[0]);
    }
}
