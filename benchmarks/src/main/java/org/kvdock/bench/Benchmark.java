package org.kvdock.bench;

import java.util.function.Consumer;

/** One group of measurements, run by {@code kvdock bench}. */
interface Benchmark {
    /** @return what {@code --only} selects it by */
    String name();

    /** @return what is measured, for people who wait for its first figure */
    String what();

    /**
     * Measures, floors and peers included.
     *
     * @param results receives each figure as soon as it is known
     * @param notes receives one line for each thing that was left out, and why
     */
    void run(Consumer<BenchResult> results, Consumer<String> notes) throws Exception;
}
