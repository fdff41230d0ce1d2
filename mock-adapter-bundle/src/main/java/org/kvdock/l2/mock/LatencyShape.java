package org.kvdock.l2.mock;

import java.util.random.RandomGenerator;

/** How the extra time of tasks is spread. All shapes have the same mean, so that one can be put for another. */
public enum LatencyShape {
    /** Every task takes the mean. */
    FIXED {
        @Override
        double ofMean(RandomGenerator random) {
            return 1;
        }
    },
    /** Anything from nothing to twice the mean, alike. */
    UNIFORM {
        @Override
        double ofMean(RandomGenerator random) {
            return 2 * random.nextDouble();
        }
    },
    /** Mostly short, sometimes long: what a queue in front of a server gives. */
    EXPONENTIAL {
        @Override
        double ofMean(RandomGenerator random) {
            return random.nextExponential();
        }
    },
    /** Nearly always a third of the mean, and once in a while far more (Pareto, exponent 1.5). */
    LONG_TAIL {
        @Override
        double ofMean(RandomGenerator random) {
            return Math.pow(1 - random.nextDouble(), -1 / 1.5) / 3;
        }
    };

    /** @return one draw, in units of the mean */
    abstract double ofMean(RandomGenerator random);
}
