package org.kvdock.fuzz;

import java.util.List;

/**
 * One decoder and what must hold for it, whatever it is given. An input is any bytes; where most bytes would stop at a
 * checksum, the target takes them for instructions and mends the checksum itself. For one thread.
 */
public interface FuzzTarget {
    /** @return its name on the command line and of its corpus: lower case letters and hyphens */
    String name();

    /** @return inputs to begin with; the same ones every time */
    List<byte[]> seeds();

    /**
     * Tries one input.
     *
     * @param input any bytes; not changed
     * @throws Exception of any kind, {@link Finding} above all: what must hold did not
     */
    void run(byte[] input) throws Exception;
}
