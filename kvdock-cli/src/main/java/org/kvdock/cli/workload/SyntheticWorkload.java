package org.kvdock.cli.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A workload of the shape of real conversations: a few system prompts that many conversations begin with, and
 * conversations that come back with all they had before and a little more. The same seed gives the same requests, on
 * every JDK ({@link Random} is specified to the bit).
 */
public final class SyntheticWorkload {
    /** Requests that are made where nobody says how many. */
    public static final int DEFAULT_REQUESTS = 400;
    /** Most requests that can be asked for. */
    public static final int MAX_REQUESTS = 100_000;

    private static final int SYSTEM_PROMPTS = 6;
    private static final int OPEN_CONVERSATIONS = 48;
    private static final int LONGEST = 192;
    private static final double RETURNING = 0.55;
    private static final int MEAN_GAP_MILLIS = 300;

    private final Random random;
    private final List<List<Long>> prompts = new ArrayList<>();
    private final List<List<Long>> conversations = new ArrayList<>();
    private long nextBlock;
    private long nowMillis;

    private SyntheticWorkload(long seed) {
        random = new Random(seed);
        for (int i = 0; i < SYSTEM_PROMPTS; i++) {
            prompts.add(grown(List.of(), 1 + random.nextInt(8)));
        }
    }

    /**
     * @param seed says everything that chance decides
     * @param requests how many, 1 to {@value #MAX_REQUESTS}
     * @return the requests
     */
    public static Workload make(long seed, int requests) {
        SyntheticWorkload maker = new SyntheticWorkload(seed);
        List<Request> made = new ArrayList<>();
        for (int line = 1; line <= requests; line++) {
            made.add(maker.next(line));
        }
        return Workload.of("seed " + seed, made);
    }

    private Request next(int line) {
        nowMillis += random.nextInt(2 * MEAN_GAP_MILLIS);
        List<Long> turn = !conversations.isEmpty() && random.nextDouble() < RETURNING ? returning() : fresh();
        return new Request(line, nowMillis, turn.stream().mapToLong(Long::longValue).toArray());
    }

    // Low numbers are likelier, as popular prompts are.
    private List<Long> fresh() {
        int prompt = Math.min(random.nextInt(SYSTEM_PROMPTS), random.nextInt(SYSTEM_PROMPTS));
        List<Long> turn = grown(prompts.get(prompt), newBlocks(14));
        if (conversations.size() == OPEN_CONVERSATIONS) {
            conversations.remove(random.nextInt(OPEN_CONVERSATIONS));
        }
        conversations.add(turn);
        return turn;
    }

    // Now and then exactly what was asked before: a request without a new block.
    private List<Long> returning() {
        int which = random.nextInt(conversations.size());
        List<Long> before = conversations.get(which);
        int more = random.nextInt(20) == 0 ? 0 : newBlocks(5);
        List<Long> turn = grown(before, Math.min(more, LONGEST - before.size()));
        conversations.set(which, turn);
        return turn;
    }

    // Many small ones and a few long ones.
    private int newBlocks(int mean) {
        int blocks = 1 + (int) (-Math.log(1 - random.nextDouble()) * mean);
        return Math.min(blocks, LONGEST / 2);
    }

    private List<Long> grown(List<Long> before, int more) {
        List<Long> grown = new ArrayList<>(before);
        for (int i = 0; i < more; i++) {
            grown.add(nextBlock++);
        }
        return grown;
    }
}
