package org.kvdock.cli.lab.crash;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.kvdock.cli.lab.crash.child.LoadSettings;

/**
 * Draws all kills from a seed. Kills come in chains: those of one chain hit one journal, one after the other, so that
 * each opening finds what the one before has left. A chain's kills depend on the seed and the chain's number only.
 */
final class Schedule {
    /** Kills in a chain; one of them hits a host. */
    static final int CHAIN = 10;

    private static final long MILLI = 1000;
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final SplittableRandom random;
    private final String adapterType;
    private final boolean checkpoints;

    private Schedule(long seed, int chain) {
        this.random = new SplittableRandom(seed + chain * SPREAD).split();
        this.adapterType = random.nextInt(3) == 0 ? "keeping" : "mock";
        this.checkpoints = random.nextInt(3) > 0;
    }

    /** @return how many chains so many kills make */
    static int chains(int kills) {
        return (kills + CHAIN - 1) / CHAIN;
    }

    /**
     * @param seed the campaign's
     * @param chain which chain, from 0
     * @param kills how many kills the campaign has
     * @return the chain's kills, in order
     */
    static List<KillPlan> chain(long seed, int chain, int kills) {
        return new Schedule(seed, chain).draw(chain * CHAIN, Math.min(CHAIN, kills - chain * CHAIN));
    }

    private List<KillPlan> draw(int first, int count) {
        int host = random.nextInt(CHAIN);
        List<KillPlan> plans = new ArrayList<>();
        int recoveries = 0;
        while (plans.size() < CHAIN) {
            int number = first + plans.size();
            if (plans.size() == host) {
                plans.add(host(number));
            } else if (recoveries > 0) {
                recoveries--;
                plans.add(small(number, KillPoint.RECOVERY, Mix.SLOW));
            } else {
                KillPoint point = point();
                if (point == KillPoint.RECOVERY) {
                    // Something to recover first, and then several openings that do not get to their end.
                    recoveries = 1 + random.nextInt(4);
                    plans.add(small(number, KillPoint.LOAD, Mix.SLOW));
                } else {
                    plans.add(small(number, point, mix(point)));
                }
            }
        }
        return plans.subList(0, count);
    }

    private KillPoint point() {
        int draw = random.nextInt(100);
        if (draw < 34) {
            return KillPoint.LOAD;
        } else if (draw < 46) {
            return KillPoint.OPENING;
        } else if (draw < 60) {
            return KillPoint.RECOVERY;
        } else if (draw < 74) {
            return KillPoint.ROLL_OVER;
        } else if (draw < 82) {
            return KillPoint.CHECKPOINT;
        } else if (draw < 90) {
            return KillPoint.RETENTION;
        } else if (draw < 95) {
            return KillPoint.QUIET;
        }
        return KillPoint.CLOSING;
    }

    private Mix mix(KillPoint point) {
        return switch (point) {
            case ROLL_OVER -> Mix.WIDE;
            case RETENTION -> Mix.BRISK;
            default -> Mix.values()[random.nextInt(Mix.values().length)];
        };
    }

    /** Kinds of load. */
    private enum Mix {
        /** As many tasks as it goes. */
        BRISK,
        /** Tasks that take their time, so that many are open. */
        SLOW,
        /** Tasks that fail, throw and time out. */
        FAULTY,
        /** Little room: objects are evicted, submits are refused. */
        TIGHT,
        /** Tasks of many keys, so that files fill fast. */
        WIDE
    }

    private KillPlan small(int number, KillPoint point, Mix mix) {
        long delay = point == KillPoint.OPENING
                ? random.nextLong(600 * MILLI)
                : random.nextLong(random.nextInt(4) == 0 ? 200 * MILLI : 5 * MILLI);
        int tasks = point == KillPoint.OPENING || random.nextInt(5) == 0
                ? 0
                : (int) (4000 * random.nextDouble() * random.nextDouble());
        boolean holds = random.nextInt(5) < 3;
        String place = place(point, holds);
        long late = place.isEmpty() && point != KillPoint.CLOSING && point != KillPoint.RECOVERY
                ? 0
                : random.nextLong(holds ? 2 * MILLI : 12 * MILLI);
        int nth = switch (point) {
            case ROLL_OVER -> 1 + random.nextInt(2);
            // Of a part, the mark that it was begun goes, then its file, what belongs to that, and the directory.
            case RETENTION -> 1 + random.nextInt(5);
            default -> 1;
        };
        return new KillPlan(
                number, point, tasks, delay, late, point == KillPoint.LOAD && random.nextInt(3) == 0, place, nth, random.nextDouble(), holds && point != KillPoint.CLOSING,
                adapterType, load(point, mix), adapter(mix), journal(point));
    }

    // Places of the journal from which its own thread asks for the time, around what it does to files.
    private String place(KillPoint point, boolean holds) {
        return switch (point) {
            case ROLL_OVER -> "PartChain.goOn";
            case CHECKPOINT -> holds ? "Checkpointer.write" : "PartChain.isRollDue";
            case RETENTION -> "Retention.betweenDeletions";
            default -> "";
        };
    }

    private LoadSettings load(KillPoint point, Mix mix) {
        boolean wide = mix == Mix.WIDE;
        return new LoadSettings(
                random.nextLong(),
                2 + random.nextInt(4),
                wide ? 512 : 64 << random.nextInt(3),
                wide ? 48 : 1 + random.nextInt(6),
                1 << random.nextInt(12),
                2 + random.nextInt(6),
                1 + random.nextInt(5),
                1 + random.nextInt(5),
                1 + random.nextInt(4),
                random.nextInt(3),
                random.nextInt(2),
                // Less than a file, where files are removed: what is removed must have been read before.
                point == KillPoint.RETENTION ? 500 : 20_000);
    }

    private Map<String, String> adapter(Mix mix) {
        Map<String, String> adapter = new LinkedHashMap<>();
        adapter.put("max_tasks_in_flight", Integer.toString(mix == Mix.TIGHT ? 16 : 64 << random.nextInt(6)));
        adapter.put("workers", Integer.toString(1 + random.nextInt(3)));
        adapter.put("close_grace_ms", Integer.toString(1 + random.nextInt(50)));
        adapter.put("seed", Long.toString(random.nextLong()));
        switch (mix) {
            case SLOW -> adapter.putAll(Map.of(
                    "latency_ms", "20", "latency_shape", "exponential", "stuck_every", "5", "load_timeout_ms", "1000"));
            case FAULTY -> adapter.putAll(Map.of(
                    "latency_ms", "4", "latency_shape", "long_tail", "failure_rate", "0.1", "error_rate", "0.02",
                    "store_timeout_ms", "20", "lookup_timeout_ms", "20", "load_timeout_ms", "20"));
            case TIGHT -> adapter.put("max_size_gb", "0.00002");
            default -> {
                // as fast as it goes
            }
        }
        return adapter;
    }

    private Map<String, String> journal(KillPoint point) {
        Map<String, String> journal = new LinkedHashMap<>();
        int draw = random.nextInt(10);
        journal.put("durability", draw < 6 ? "process" : draw < 8 ? "record" : "interval");
        journal.put("sync_interval_ms", Integer.toString(1 + random.nextInt(20)));
        journal.put("roll_bytes", Integer.toString(1 << 20));
        if (checkpoints || point == KillPoint.CHECKPOINT || point == KillPoint.RETENTION) {
            journal.put("checkpoint_records", "1000");
        }
        if (point == KillPoint.RETENTION) {
            journal.put("retain_bytes", "1");
        }
        return journal;
    }

    private KillPlan host(int number) {
        boolean starting = random.nextInt(4) == 0;
        return new KillPlan(
                number,
                starting ? KillPoint.HOST_START : KillPoint.HOST_LOAD,
                starting ? 0 : random.nextInt(300),
                starting ? random.nextLong(2500 * MILLI) : random.nextLong(5 * MILLI),
                0, false, "", 1, 0, false, "mock", load(KillPoint.HOST_LOAD, Mix.BRISK), adapter(Mix.SLOW),
                journal(KillPoint.HOST_LOAD));
    }

    /** @return what opens a chain's journal a last time, and closes it in good order */
    static KillPlan last(KillPlan before) {
        LoadSettings none = new LoadSettings(0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1);
        return new KillPlan(
                before.number(), KillPoint.CLOSING, 0, 0, -1, false, "", 1, 0, false, before.adapterType(), none, Map.of(), Map.of());
    }
}
