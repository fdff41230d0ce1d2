package org.kvdock.l2.pd;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.RecordType;
import org.kvdock.l2.journal.TaskJournals;
import org.kvdock.l2.tck.AdapterTck;
import org.kvdock.l2.tck.KitJournal;
import org.kvdock.l2.tck.KitJournals;
import org.kvdock.l2.tck.TestedAdapter;
import org.kvdock.l2.tck.Trouble;
import org.kvdock.relay.Gate;
import org.kvdock.relay.Relay;

/** A sender and its receiver keep the contract over one channel. */
abstract class PairTck extends AdapterTck {
    /** What both sides are told of it. */
    abstract String channel();

    /** Leaves a test out, saying why, where this machine has not what the channel needs. */
    void assumeChannel() {}

    /** @return what a side needs beside the channel; nothing if not told otherwise */
    Map<String, Object> secured(Role role) {
        return Map.of();
    }

    @Override
    protected final TestedAdapter open(Map<String, Object> settings, TaskJournals journals) throws IOException {
        assumeChannel();
        Map<String, Object> config = new HashMap<>(settings);
        config.putAll(Pd.config(
                "role", "receiver", "peer_init_port", "[0]", "peer_alloc_port", "[0]", "buffer_size", 96 << 20,
                "transfer_channel", channel()));
        config.putAll(secured(Role.RECEIVER));
        Trouble trouble = new Trouble();
        L2Adapter receiver = Troubled.receiver(config, journals, trouble);
        Gate gate = new Gate();
        Relay relay = new Relay(Pd.port(receiver, "peer_init_port"), gate.taps());
        Map<String, Object> sending = new HashMap<>(settings);
        sending.putAll(Pd.config(
                "role", "sender",
                "peer_host", "127.0.0.1",
                "peer_init_port", relay.port(),
                "peer_alloc_port", receiver.status().details().get("peer_alloc_port"),
                "transfer_channel", channel()));
        sending.putAll(secured(Role.SENDER));
        return new Pair(
                Troubled.sender(sending, journals, trouble), receiver, relay, gate, trouble,
                ((KitJournals) journals).of("receiver"));
    }

    /**
     * Stores meet real trouble: a peer that says nothing, a receiver that refuses what was sent. Lookups and loads work on
     * the receiver's own memory, so theirs stands in front of the move.
     */
    private record Pair(
            L2Adapter storing, L2Adapter reading, Relay relay, Gate gate, Trouble trouble, KitJournal receivers)
            implements TestedAdapter {
        @Override
        public boolean stall(TaskKind kind) {
            if (kind == TaskKind.STORE) {
                gate.shut();
                return true;
            }
            return trouble.stall(kind);
        }

        @Override
        public boolean fail(TaskKind kind) {
            if (kind == TaskKind.STORE) {
                receivers.refuse(type -> type == RecordType.KEY_PUBLISHED);
                return true;
            }
            return trouble.fail(kind);
        }

        @Override
        public boolean crash(TaskKind kind) {
            return trouble.crash(kind);
        }

        @Override
        public void heal() {
            receivers.refuse(type -> false);
            trouble.heal();
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
