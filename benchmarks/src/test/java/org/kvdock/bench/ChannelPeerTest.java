package org.kvdock.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.BadConfigurationException;

class ChannelPeerTest {
    @Test
    @DisplayName("the other end opens a receiver in a process of its own, empties it, and says what it cannot do")
    void otherProcess() throws Exception {
        try (ChannelPeer.Process peer = new ChannelPeer.Process()) {
            String[] ports = peer.ask("receiver tcp").split(" ");
            assertEquals(2, ports.length);
            assertEquals("0 " + ChannelPeer.STAGING_BYTES, peer.ask("empty"));
            assertEquals("closed", peer.ask("close"));
            String why = assertThrows(BadConfigurationException.class, () -> peer.ask("receiver pigeon")).getMessage();
            assertTrue(why.startsWith("transfer_channel: pigeon"), why);
        }
    }
}
