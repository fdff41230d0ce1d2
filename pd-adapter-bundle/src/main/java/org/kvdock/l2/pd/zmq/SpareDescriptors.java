package org.kvdock.l2.pd.zmq;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether there are file descriptors enough for what JeroMQ is about to make. Where it does not get all of them it throws
 * and leaves those open that it got; so it is asked only where there are enough.
 */
final class SpareDescriptors {
    private static final int IN_A_PIPE = 2;

    private SpareDescriptors() {}

    /** @throws UncheckedIOException if there are fewer than that many */
    static void require(int count) {
        List<Pipe> taken = new ArrayList<>();
        try {
            for (int left = count; left > 0; left -= IN_A_PIPE) {
                taken.add(Pipe.open());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("ZeroMQ needs " + count + " more file descriptors: " + e.getMessage(), e);
        } finally {
            taken.forEach(SpareDescriptors::close);
        }
    }

    static void close(Pipe pipe) {
        try {
            pipe.sink().close();
            pipe.source().close();
        } catch (IOException e) {
            // Nothing depends on it any more.
        }
    }
}
