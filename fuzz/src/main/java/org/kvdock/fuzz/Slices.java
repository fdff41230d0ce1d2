package org.kvdock.fuzz;

import java.util.SplittableRandom;

/** Cuts bytes into pieces of many sizes, the same ones for the same seed. For one thread. */
public final class Slices {
    private final SplittableRandom random;

    /** @param seed gives the pieces */
    public Slices(long seed) {
        random = new SplittableRandom(seed);
    }

    /** @return how long the next piece is, 1 to what is left; often one byte */
    public int next(int left) {
        return switch (random.nextInt(4)) {
            case 0 -> 1;
            case 1 -> 1 + random.nextInt(Math.min(left, 32));
            default -> 1 + random.nextInt(left);
        };
    }

    /** @return one in two */
    public boolean coin() {
        return random.nextBoolean();
    }
}
