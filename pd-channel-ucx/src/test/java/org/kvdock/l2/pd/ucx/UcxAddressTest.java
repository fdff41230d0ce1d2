package org.kvdock.l2.pd.ucx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a receiver says about itself reaches native code only whole and from the same UCX. */
class UcxAddressTest {
    private static final byte[] WORKER = {1, 2, 3, 4, 5, 6, 7, 8, 9};

    @Test
    @DisplayName("an address comes back as it went")
    void roundTrip() throws IOException {
        assertArrayEquals(WORKER, UcxAddress.decode("1.13.1", UcxAddress.encode("1.13.1", WORKER)));
    }

    @Test
    @DisplayName("one that is cut short, or has a bit flipped, is refused, at every place")
    void damaged() {
        byte[] whole = UcxAddress.encode("1.13.1", WORKER);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(IOException.class, () -> UcxAddress.decode("1.13.1", cut));
        }
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(IOException.class, () -> UcxAddress.decode("1.13.1", flipped));
        }
    }

    @Test
    @DisplayName("another version's is refused, and the line names both")
    void otherVersion() {
        IOException refused =
                assertThrows(IOException.class, () -> UcxAddress.decode("1.13.1", UcxAddress.encode("1.18.1", WORKER)));
        assertTrue(refused.getMessage().contains("UCX 1.18.1, this side 1.13.1"), refused.getMessage());
    }
}
