package org.kvdock.l2.pd.sender;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.journal.TimeSource;
import org.kvdock.l2.pd.CopyChannel;
import org.kvdock.l2.pd.FoundChannels;
import org.kvdock.l2.pd.PdSettings;

/** Which channels a sender offers after some have failed, and when they are offered again. */
class ChannelOffersTest {
    private static final List<String> ALL = List.of("shm", "ucx", "tcp");

    private final FoundChannels found = new FoundChannels();
    private long nanos = Long.MAX_VALUE - 5;
    private final TimeSource time = new TimeSource() {
        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public long wallMicros() {
            return 0;
        }
    };

    private ChannelOffers offers(String channel) {
        found.add(new CopyChannel(null));
        return new ChannelOffers(
                PdSettings.read(ConfigReader.of(Map.of(
                        "role", "sender", "peer_host", "127.0.0.1", "peer_init_port", "[1]", "peer_alloc_port", "[1]",
                        "transfer_channel", channel, "reconnect_max_ms", 500))),
                found, time);
    }

    private void turn(long millis) {
        nanos += millis * 1_000_000;
    }

    private static IOException cause(String text) {
        return new IOException(text);
    }

    @Test
    @DisplayName("R13: a channel that cannot be opened is left out by auto, for twice as long each time, and told with its next try")
    void leftOut() throws IOException {
        ChannelOffers offers = offers("auto");
        assertEquals(ALL, offers.now());
        long pause = 500;
        for (int i = 0; i < 12; i++) {
            offers.broken("shm", cause("cannot be mapped"));
            assertEquals(List.of("ucx", "tcp"), offers.now());
            assertEquals("cannot be mapped", offers.trouble().get(0).cause());
            assertEquals(pause, offers.trouble().get(0).nextTry().orElseThrow().toEpochMilli());
            turn(pause - 1);
            assertEquals(List.of("ucx", "tcp"), offers.now());
            turn(1);
            assertEquals(ALL, offers.now());
            pause = Math.min(2 * pause, 512 * 500);
        }
        offers.works("shm");
        assertEquals(List.of(), offers.trouble());
        offers.broken("shm", cause("cannot be mapped"));
        turn(500);
        assertEquals(ALL, offers.now());
    }

    @Test
    @DisplayName("one failure may be the receiver's end: only the second one in a row leaves a channel out")
    void secondFailure() throws IOException {
        ChannelOffers offers = offers("auto");
        offers.failed("ucx", cause("the receiver was lost"));
        assertEquals(ALL, offers.now());
        assertEquals("ucx: the receiver was lost", offers.trouble().get(0).toString());
        offers.works("ucx");
        offers.failed("ucx", cause("the receiver was lost"));
        assertEquals(ALL, offers.now());
        offers.failed("ucx", cause("the receiver was lost"));
        assertEquals(List.of("shm", "tcp"), offers.now());
        turn(500);
        offers.failed("ucx", cause("the receiver was lost"));
        assertEquals(List.of("shm", "tcp"), offers.now());
    }

    @Test
    @DisplayName("a better channel is due once its pause is over: as soon as nothing is under way, or a longest pause later in any case")
    void betterIsDue() throws IOException {
        ChannelOffers offers = offers("auto");
        offers.broken("shm", cause("cannot be mapped"));
        List<String> offered = offers.now();
        assertFalse(offers.isBetterDue("ucx", offered, true));
        turn(500);
        assertTrue(offers.isBetterDue("ucx", offered, true));
        assertFalse(offers.isBetterDue("ucx", offered, false));
        turn(500);
        assertFalse(offers.isBetterDue("ucx", offered, false));
        turn(1);
        assertTrue(offers.isBetterDue("ucx", offered, false));
        // The receiver does not want it: nobody asks twice.
        assertFalse(offers.isBetterDue("ucx", offers.now(), true));
        assertFalse(offers.isBetterDue("ucx", offers.now(), false));
    }

    @Test
    @DisplayName("a channel that comes while another one is in use is due if it is better, and not if it is worse")
    void comes() throws IOException {
        ChannelOffers offers = offers("auto");
        assertTrue(offers.isBetterDue("tcp", List.of("shm", "tcp"), true));
        assertFalse(offers.isBetterDue("shm", List.of("shm", "tcp"), true));
    }

    @Test
    @DisplayName("the one channel that the configuration asks for is offered whatever has failed, and refused in one line where it is not there")
    void theOnlyOne() throws IOException {
        ChannelOffers offers = offers("ucx");
        offers.failed("ucx", cause("the receiver was lost"));
        offers.broken("ucx", cause("the receiver was lost"));
        assertEquals(List.of("ucx"), offers.now());
        assertEquals("ucx: the receiver was lost", offers.trouble().get(0).toString());
        assertFalse(offers.isBetterDue("ucx", List.of("ucx"), true));
        found.remove(found.all().get(0));
        assertEquals(
                "channel ucx cannot be used: its bundle pd-channel-ucx is not installed",
                assertThrows(IOException.class, offers::now).getMessage());
    }
}
