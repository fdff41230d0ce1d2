package org.kvdock.l2.pd.zmq;

import java.util.List;
import java.util.Optional;

/**
 * One ZeroMQ message that came.
 *
 * @param frames its frames, at least one
 * @param user who sent it, as the door let them in; empty where nobody is asked
 * @param address where from, as {@code host:port}; empty for peers that speak an older ZMTP than 3
 */
record Incoming(List<byte[]> frames, Optional<String> user, Optional<String> address) {
    byte[] last() {
        return frames.get(frames.size() - 1);
    }
}
