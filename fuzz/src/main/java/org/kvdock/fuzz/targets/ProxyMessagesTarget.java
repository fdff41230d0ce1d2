package org.kvdock.fuzz.targets;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.kvdock.cli.proxy.ProxyMessage;
import org.kvdock.fuzz.Decoding;
import org.kvdock.fuzz.Finding;
import org.kvdock.fuzz.FuzzTarget;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.pd.wire.MessageWriter;

/** What a proxy is told, and whoever reaches its port could tell it. */
public final class ProxyMessagesTarget implements FuzzTarget {
    private static final Decoding DECODING = new Decoding(IOException.class, 64 << 10, 24);

    @Override
    public String name() {
        return "proxy-messages";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(encoded("request", false), encoded("request", true));
    }

    private static byte[] encoded(String request, boolean failed) {
        return failed
                ? new MessageWriter("ProxyFailed", 2).text("req_id", request).text("error", "staging is full").bytes()
                : new MessageWriter("ProxyNotif", 1).text("req_id", request).bytes();
    }

    @Override
    public void run(byte[] input) throws IOException {
        Optional<ProxyMessage> message = DECODING.decoded(input.length, () -> ProxyMessage.parse(input));
        if (message.isPresent()) {
            ProxyMessage told = message.get();
            Finding.unless(
                    !told.requestId().isEmpty() && told.requestId().length() <= StoreContext.MAX_REQUEST_ID, "a request named " + told.requestId());
            Finding.unless(ProxyMessage.parse(encoded(told.requestId(), told.failed())).equals(told), "told again, something else: " + told);
        }
    }
}
