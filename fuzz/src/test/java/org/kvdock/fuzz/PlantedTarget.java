package org.kvdock.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A decoder with a mistake that only some inputs show, to see whether a campaign finds it. */
public final class PlantedTarget implements FuzzTarget {
    @Override
    public String name() {
        return "planted";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of("kv".getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void run(byte[] input) {
        Finding.unless(input.length < 4 || input[0] != 'k' || input[1] != 'v' || input[2] != '!' || input[3] != '?', "the mistake");
    }
}
