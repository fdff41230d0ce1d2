package org.kvdock.l2.pd.wire;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtocolExceptionTest {
    @ParameterizedTest
    @ValueSource(strings = {"type", "version", "name", "session", "channels"})
    @DisplayName("case 56: what a peer sends cannot forge a line, or fill a log, by being quoted in the reason why it was refused")
    void quoted(String field) {
        String nasty = "\r\nall is well\u001b[2J\u2028" + "x".repeat(4000);
        byte[] message = new MessageWriter(field.equals("type") ? nasty : "Hello", 6)
                .number("version", 1).text(field, nasty).text("name", "n").number("session", 1).number("rank", 0)
                .texts("channels", List.of("tcp")).bytes();
        ProtocolException refused = assertThrows(ProtocolException.class, () -> MessageCodec.decode(message));
        assertTrue(refused.getMessage().matches("[\\x20-\\x7e\uFFFD]{10,400}"), refused.getMessage());
    }
}
