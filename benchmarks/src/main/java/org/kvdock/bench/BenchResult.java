package org.kvdock.bench;

/**
 * One figure beside another of the same run.
 *
 * @param name what was measured
 * @param ours kvdock's figure
 * @param unit of both figures
 * @param against what stands beside it, empty if nothing does
 * @param againstValue its figure, NaN if there is none
 * @param goal what {@code ours / againstValue} is meant to be, empty if nothing is promised
 * @param met whether it is; true where nothing is promised
 */
record BenchResult(
        String name, double ours, String unit, String against, double againstValue, String goal, boolean met) {

    static BenchResult alone(String name, double ours, String unit) {
        return new BenchResult(name, ours, unit, "", Double.NaN, "", true);
    }

    /** Something to compare with, without a promise. */
    static BenchResult beside(String name, double ours, String unit, String against, double value) {
        return new BenchResult(name, ours, unit, against, value, "", true);
    }

    static BenchResult atLeast(String name, double ours, String unit, String against, double value, double ratio) {
        return new BenchResult(name, ours, unit, against, value, "ratio >= " + ratio, ours / value >= ratio);
    }

    static BenchResult atMost(String name, double ours, String unit, String against, double value, double ratio) {
        return new BenchResult(name, ours, unit, against, value, "ratio <= " + ratio, ours / value <= ratio);
    }

    double ratio() {
        return ours / againstValue;
    }
}
