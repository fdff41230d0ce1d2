package org.kvdock.l2.pd;

import java.util.HashMap;
import java.util.Map;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.journal.TaskJournals;
import org.kvdock.l2.pd.security.TestKeys;
import org.kvdock.l2.tck.AdapterTck;
import org.kvdock.l2.tck.TestedAdapter;

/** A sender and its receiver keep the contract over the channel {@code tcp} under TLS, and CURVE beside it. */
class TlsTckTest extends AdapterTck {
    @Override
    protected TestedAdapter open(Map<String, Object> settings, TaskJournals journals) {
        Map<String, Object> config = new HashMap<>(settings);
        config.putAll(Pd.config(
                "role", "receiver", "peer_init_port", "[0]", "peer_alloc_port", "[0]", "buffer_size", 96 << 20,
                "security_dir", TestKeys.of("r").toString()));
        L2Adapter receiver = new PdAdapterFactory().create("receiver", config, journals);
        Map<String, Object> sending = new HashMap<>(settings);
        sending.putAll(Pd.config(
                "role", "sender",
                "peer_host", "127.0.0.1",
                "peer_init_port", receiver.status().details().get("peer_init_port"),
                "peer_alloc_port", receiver.status().details().get("peer_alloc_port"),
                "transfer_channel", "tcp",
                "security_dir", TestKeys.of("a").toString(),
                "peer_key", "r"));
        return new Pair(new PdAdapterFactory().create("sender", sending, journals), receiver);
    }

    private record Pair(L2Adapter storing, L2Adapter reading) implements TestedAdapter {}
}
