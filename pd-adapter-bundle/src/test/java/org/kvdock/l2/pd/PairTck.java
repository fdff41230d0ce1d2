package org.kvdock.l2.pd;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.TaskJournals;
import org.kvdock.l2.tck.AdapterTck;
import org.kvdock.l2.tck.TestedAdapter;
import org.kvdock.relay.Gate;
import org.kvdock.relay.Relay;

/** A sender and its receiver keep the contract over one channel. */
abstract class PairTck extends AdapterTck {
    abstract String channel();

    @Override
    protected final TestedAdapter open(Map<String, Object> settings, TaskJournals journals) throws IOException {
        Map<String, Object> config = new HashMap<>(settings);
        config.putAll(Pd.config(
                "role", "receiver", "peer_init_port", "[0]", "peer_alloc_port", "[0]", "buffer_size", 96 << 20,
                "transfer_channel", channel()));
        L2Adapter receiver = new PdAdapterFactory().create("receiver", config, journals);
        Gate gate = new Gate();
        Relay relay = new Relay(Pd.port(receiver, "peer_init_port"), gate.taps());
        Map<String, Object> sending = new HashMap<>(settings);
        sending.putAll(Pd.config(
                "role", "sender",
                "peer_host", "127.0.0.1",
                "peer_init_port", relay.port(),
                "peer_alloc_port", receiver.status().details().get("peer_alloc_port"),
                "transfer_channel", channel()));
        return new Pair(new PdAdapterFactory().create("sender", sending, journals), receiver, relay, gate);
    }

    private record Pair(L2Adapter storing, L2Adapter reading, Relay relay, Gate gate) implements TestedAdapter {
        @Override
        public boolean stall(TaskKind kind) {
            // Lookups and loads work on the receiver's own memory: nothing there can be silent.
            if (kind == TaskKind.STORE) {
                gate.shut();
            }
            return kind == TaskKind.STORE;
        }

        @Override
        public void heal() {
            gate.open();
        }

        @Override
        public void close() {
            storing.close();
            reading.close();
            relay.close();
        }
    }
}
