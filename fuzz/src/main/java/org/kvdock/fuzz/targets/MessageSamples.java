package org.kvdock.fuzz.targets;

import java.util.List;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.KvLayout;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.pd.wire.Message;

/** One message of each type. */
public final class MessageSamples {
    /** A key in ASCII, and one that is not. */
    public static final List<ObjectKey> KEYS = List.of(
            ObjectKey.of(new byte[] {1, 2, 3, 4}, "meta/llama", 0x01020304, 2, ""),
            ObjectKey.of(new byte[] {-1}, "mod\u00e8le", -1, 0, "s\u00e4lt"));

    /** In the order of the protocol's page. */
    public static final List<Message> ALL = List.of(
            new Message.Hello(1, "prefill", -7, 0, List.of("shm", "tcp")),
            new Message.Welcome(1, 5, "tcp", 1 << 20, 1L << 30, 10_000),
            new Message.Reserve(
                    1, 5, "request", true, 2, 5000, KEYS, new int[] {100, 0}, new KvLayout("KV_2LTD", List.of(2L, 16L), "bfloat16", 7)),
            new Message.Alloc(1, new int[] {0}, new long[] {9}, new long[] {1}, new long[] {4096}, new int[] {1}),
            new Message.Segment(1, 1 << 20, new byte[] {1, 2, 3}),
            new Message.SegmentsGone(new long[] {1, 2}),
            new Message.Refused(1, ErrorCode.of(1), "staging is full"),
            new Message.Lapsed(1),
            new Message.Commit(1, 5, new long[] {9}, new int[] {100}, new int[] {-1}),
            new Message.CommitAck(1, new long[] {9}, new long[] {10}, ErrorCode.NONE, ""),
            new Message.Abort(1),
            new Message.Cancel("request"),
            new Message.Heartbeat(new long[] {1, 2}));

    private MessageSamples() {}
}
