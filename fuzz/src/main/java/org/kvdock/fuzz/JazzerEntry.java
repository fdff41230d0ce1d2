package org.kvdock.fuzz;

/** Where Jazzer comes in: it knows these two methods by their names. The process that it runs in is for one target. */
public final class JazzerEntry {
    private static FuzzTarget target;

    private JazzerEntry() {}

    /** @param args the target's name */
    public static void fuzzerInitialize(String[] args) {
        target = Targets.named(args[0]).orElseThrow();
    }

    /** @param input the next one to try */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        target.run(input);
    }
}
