package org.kvdock.cli.proxy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.kvdock.l2.StoreContext;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;

/**
 * What a proxy is told of a request.
 *
 * @param requestId its name
 * @param failed whether it failed; its blocks have arrived if not
 */
public record ProxyMessage(String requestId, boolean failed) {
    /** Longest message in bytes: a request's name, and little around it. */
    public static final int MAX_BYTES = 8192;

    private static final int MAX_FIELDS = 16;
    private static final int MAX_TEXT_BYTES = 4 * StoreContext.MAX_REQUEST_ID;

    /**
     * @param message a MessagePack map with {@code type} and {@code req_id}; other fields are skipped
     * @return what it says
     * @throws IOException if it is nothing that a proxy understands
     */
    public static ProxyMessage parse(byte[] message) throws IOException {
        if (message.length > MAX_BYTES) {
            throw new IOException("a message of " + message.length + " bytes, at most " + MAX_BYTES + " are allowed");
        }
        try (MessageUnpacker in = MessagePack.newDefaultUnpacker(message)) {
            int fields = in.unpackMapHeader();
            if (fields > MAX_FIELDS) {
                throw new IOException("a message of " + fields + " fields, at most " + MAX_FIELDS + " are allowed");
            }
            String type = "";
            String requestId = "";
            for (int i = 0; i < fields; i++) {
                switch (text(in)) {
                    case "type" -> type = text(in);
                    case "req_id" -> requestId = text(in);
                    // Skipping takes no memory, whatever size the value claims to have.
                    default -> in.skipValue();
                }
            }
            return of(type, requestId);
        } catch (MessagePackException e) {
            throw new IOException("a message that is not as it must be: " + e, e);
        }
    }

    private static String text(MessageUnpacker in) throws IOException {
        int bytes = in.unpackRawStringHeader();
        if (bytes > MAX_TEXT_BYTES) {
            throw new IOException("a text of " + bytes + " bytes, at most " + MAX_TEXT_BYTES + " are allowed");
        }
        return new String(in.readPayload(bytes), StandardCharsets.UTF_8);
    }

    private static ProxyMessage of(String type, String requestId) throws IOException {
        boolean failed = type.equals("ProxyFailed");
        if (!failed && !type.equals("ProxyNotif") || requestId.isEmpty() || requestId.length() > StoreContext.MAX_REQUEST_ID) {
            // Not quoted: whoever reaches the port could write lines of their own into the log.
            throw new IOException("a message of another type than ProxyNotif and ProxyFailed, or without a request's name of 1 to "
                    + StoreContext.MAX_REQUEST_ID + " characters");
        }
        return new ProxyMessage(requestId, failed);
    }
}
