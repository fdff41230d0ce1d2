package org.kvdock.l2.pd.receiver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.journal.TimeSource;
import org.kvdock.l2.pd.CopyChannel;
import org.kvdock.l2.pd.FoundChannels;
import org.kvdock.l2.pd.PdSettings;
import org.kvdock.l2.pd.channel.spi.ReceivingEnd;
import org.kvdock.l2.tck.Caller;

/** When an end of a channel is opened again, what is told meanwhile, and who waits for whom. */
class ReceivingEndsTest {
    private final FoundChannels found = new FoundChannels();
    private final CopyChannel channel = new CopyChannel(null);
    private final HandThread side = new HandThread();
    private final List<String> told = new ArrayList<>();

    private static PdSettings settings(String channel) {
        return PdSettings.read(ConfigReader.of(Map.of(
                "role", "receiver", "peer_init_port", "[0]", "peer_alloc_port", "[0]", "transfer_channel", channel,
                "reconnect_min_ms", 100, "reconnect_max_ms", 800)));
    }

    /** Opened by hand. */
    private ReceivingEnds ends(String transferChannel) {
        ReceivingEnds ends = new ReceivingEnds(settings(transferChannel), found, side, side);
        ends.tell(new ReceivingEnds.Events() {
            @Override
            public void changed() {}

            @Override
            public void gone(ReceivingEnd end, String why) {
                told.add(why);
            }
        });
        found.onChange(ends::channelsChanged);
        ends.channelsChanged();
        side.turn(0);
        return ends;
    }

    @Test
    @DisplayName("R13: an end that fails inside is told, closed, and opened again after its pause; then nothing is told any more")
    void opensAgain() {
        found.add(channel);
        ReceivingEnds ends = ends("auto");
        assertEquals(List.of("ucx"), ends.names());
        assertEquals("", ends.trouble());
        Way way = ends.join("ucx").orElseThrow();
        channel.fail("the device has gone");
        side.turn(0);
        assertEquals(List.of(), ends.names());
        assertTrue(ends.join("ucx").isEmpty());
        assertEquals("ucx: the device has gone; next try at 1970-01-01T00:00:00.100Z", ends.trouble());
        assertEquals(List.of("channel ucx has failed: the device has gone"), told);
        assertEquals(0, channel.open());
        side.turn(99);
        assertEquals(1, channel.tries());
        side.turn(1);
        assertEquals(List.of("ucx"), ends.names());
        assertEquals("", ends.trouble());
        assertFalse(ends.join("ucx").orElseThrow().end() == way.end());
    }

    @Test
    @DisplayName("R13: pauses grow while it cannot be opened, up to the longest one, and each time status says why and when next")
    void pausesGrow() {
        channel.refuse("no device");
        found.add(channel);
        ReceivingEnds ends = ends("auto");
        int tries = 1;
        for (long pause : new long[] {100, 200, 400, 800, 800, 800}) {
            String before = ends.trouble();
            assertTrue(before.startsWith("ucx: no device; next try at "), before);
            side.turn(pause - 1);
            assertEquals(tries, channel.tries());
            assertEquals(before, ends.trouble());
            side.turn(1);
            assertEquals(++tries, channel.tries());
            assertFalse(before.equals(ends.trouble()));
        }
        channel.refuse(null);
        side.turn(800);
        assertEquals(List.of("ucx"), ends.names());
        assertEquals("", ends.trouble());
    }

    @Test
    @DisplayName("R13: one that opens and fails again at once gets longer pauses too; one that held for longer than the longest pause begins anew")
    void pausesGrowOverShortLives() {
        found.add(channel);
        ReceivingEnds ends = ends("auto");
        for (long pause : new long[] {100, 200, 400, 800}) {
            channel.fail("again");
            side.turn(pause - 1);
            assertEquals(List.of(), ends.names());
            side.turn(1);
            assertEquals(List.of("ucx"), ends.names());
        }
        side.turn(801);
        channel.fail("after a while");
        side.turn(100);
        assertEquals(List.of("ucx"), ends.names());
    }

    @Test
    @DisplayName("a channel that goes during the pause is not opened again, and its trouble is not told any more; one that comes is opened at once")
    void goesInThePause() {
        found.add(channel);
        ReceivingEnds ends = ends("auto");
        channel.fail("its bundle goes");
        side.turn(0);
        found.remove(channel);
        side.turn(10_000);
        assertEquals(1, channel.tries());
        assertEquals("", ends.trouble());
        found.add(channel);
        side.turn(0);
        assertEquals(List.of("ucx"), ends.names());
        ends.close();
        assertEquals(0, channel.open());
    }

    @Test
    @DisplayName("what a failed end says late does nothing to its successor")
    void lateWord() {
        found.add(channel);
        ReceivingEnds ends = ends("auto");
        channel.fail("first");
        channel.fail("first, again");
        side.turn(100);
        assertEquals(List.of("ucx"), ends.names());
        assertEquals(1, told.size());
        assertEquals(2, channel.tries());
    }

    @Test
    @DisplayName("with ucx alone a channel that is not there is told by name, and why")
    void onlyUcx() {
        found.add(channel);
        ReceivingEnds ends = ends("ucx");
        assertEquals(List.of("ucx"), ends.names());
        found.remove(channel);
        side.turn(0);
        assertEquals("ucx: its bundle pd-channel-ucx is not installed", ends.trouble());
        assertEquals(List.of("channel ucx has gone"), told);
    }

    @Test
    @DisplayName("with ucx alone an end that cannot be opened at the start is refused, in one line that says why")
    void refusedAtTheStart() {
        channel.refuse("no device");
        found.add(channel);
        ReceivingEnds ends = new ReceivingEnds(settings("ucx"), found, SideThread.named("test-refused"), TimeSource.SYSTEM);
        assertEquals(
                "transfer_channel: ucx is not allowed, must be possible: no device",
                assertThrows(BadConfigurationException.class, ends::open).getMessage());
        assertTrue(ends.close());
    }

    @Test
    @DisplayName("while an end takes its time to open nobody waits for it: status, the choice of channels, and the word that another one came")
    void nobodyWaits() throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        channel.delay(latch);
        ReceivingEnds ends = new ReceivingEnds(settings("auto"), found, SideThread.named("test-opening"), TimeSource.SYSTEM);
        found.onChange(ends::channelsChanged);
        CountDownLatch open = new CountDownLatch(1);
        ends.tell(new ReceivingEnds.Events() {
            @Override
            public void changed() {
                if (!ends.names().isEmpty()) {
                    open.countDown();
                }
            }

            @Override
            public void gone(ReceivingEnd end, String why) {}
        });
        Caller.within("all that the reactor and status do", () -> {
            found.add(channel);
            ends.channelsChanged();
            return ends.names().size() + ends.trouble() + ends.join("ucx").isPresent();
        });
        latch.countDown();
        Caller.within("the end", () -> {
            open.await();
            return null;
        });
        assertTrue(ends.join("ucx").isPresent());
        assertTrue(ends.close());
        assertEquals(0, channel.open());
    }

    @Test
    @DisplayName("R11: a close waits for an end that is just being opened and closes it, also when its thread is interrupted, which it stays")
    void closeWhileOpening() throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        channel.delay(latch);
        found.add(channel);
        ReceivingEnds ends = new ReceivingEnds(settings("auto"), found, SideThread.named("test-closing"), TimeSource.SYSTEM);
        ends.channelsChanged();
        FutureTask<Boolean> close = new FutureTask<>(() -> ends.close() && channel.open() == 0 && Thread.interrupted());
        Thread closer = new Thread(close, "test-closer");
        closer.start();
        closer.interrupt();
        latch.countDown();
        assertEquals(true, Caller.within("the close", close::get));
    }
}
