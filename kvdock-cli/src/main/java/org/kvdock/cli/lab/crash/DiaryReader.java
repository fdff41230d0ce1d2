package org.kvdock.cli.lab.crash;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.kvdock.cli.lab.crash.child.LabKeys;
import org.kvdock.l2.TaskKind;

/** Takes a diary's lines, as {@link org.kvdock.cli.lab.crash.child.Diary} writes them, into a life. For one thread. */
final class DiaryReader {
    private static final int MOST_MALFORMED = 10;

    private final Life life;

    DiaryReader(Life life) {
        this.life = life;
    }

    /**
     * @param line a whole line, without its end; one that cannot be understood is remembered as such
     */
    void line(String line) {
        String[] words = line.split(" ");
        try {
            take(words);
        } catch (RuntimeException e) {
            if (life.malformed.size() < MOST_MALFORMED) {
                life.malformed.add(line + " (" + e + ")");
            }
        }
    }

    private void take(String[] words) {
        switch (words[0]) {
            case "opening" -> life.opening = true;
            case "ready" -> life.ready = ready(words);
            case "here" -> life.here = words[1];
            case "quiet" -> life.quiet = new Life.Quiet(
                    longs(words[1]), longs(words[2]), counts(words[3]), counts(words[4]));
            case "closing" -> life.closing = true;
            case "closed" -> life.closed = true;
            case "saw" -> life.saw.add(Result.parse(words[1]));
            default -> takeThread(words, Integer.parseInt(words[1]));
        }
    }

    private void takeThread(String[] words, int thread) {
        switch (words[0]) {
            case "do" -> life.pending.put(thread, call(words));
            case "id" -> accepted(thread, Long.parseLong(words[2]));
            case "no" -> {
                life.refused++;
                life.pending.remove(thread);
            }
            case "got" -> Stream.of(words).skip(2).forEach(
                    result -> life.got.add(new Life.Got(Result.parse(result), life.closing)));
            case "ok" -> over(life.pending.remove(thread), words[2]);
            default -> throw new IllegalArgumentException("no such word");
        }
    }

    private static Call call(String[] words) {
        return switch (words[2]) {
            case "unlock" -> new Call.Unlock(LabKeys.parse(words[3]));
            case "delete" -> new Call.Delete(LabKeys.parse(words[3]));
            case "write" -> new Call.Write(LabKeys.parse(words[3]));
            case "pop" -> new Call.Fetch(TaskKind.STORE);
            case "fetch" -> new Call.Fetch(Result.kind(words[3]));
            default -> new Call.Submit(Result.kind(words[2]), LabKeys.parse(words[4]), Long.parseLong(words[3]));
        };
    }

    private void accepted(int thread, long id) {
        Call.Submit submit = (Call.Submit) life.pending.remove(thread);
        if (submit == null) {
            throw new IllegalArgumentException("nothing was submitted");
        }
        if (life.accepted.put(id, submit) != null) {
            life.acceptedTwice.add(id);
        }
    }

    private void over(Call call, String bits) {
        if (call instanceof Call.Unlock unlock) {
            life.unlocked.add(new Life.Unlocked(unlock.keys(), life.closing));
        } else if (call instanceof Call.Delete delete) {
            life.deleted.add(new Life.Deleted(delete.keys(), bits, life.closing));
        } else if (call instanceof Call.Write write) {
            life.written.add(new Life.Written(write.keys(), bits));
        } else if (!(call instanceof Call.Fetch)) {
            throw new IllegalArgumentException("nothing was to be over");
        }
    }

    private static Life.Ready ready(String[] words) {
        return new Life.Ready(
                Long.parseLong(words[1]),
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                words[4].equals("-") ? List.of() : List.of(words[4].split(",")),
                new HashSet<>(LabKeys.parse(words[5])),
                new HashSet<>(LabKeys.parse(words[6])),
                Long.parseLong(words[7]));
    }

    private static Set<Long> longs(String text) {
        return text.equals("-") ? Set.of() : Stream.of(text.split(",")).map(Long::valueOf).collect(Collectors.toSet());
    }

    private static Map<Integer, Long> counts(String text) {
        Map<Integer, Long> counts = new HashMap<>();
        if (!text.equals("-")) {
            for (String pair : text.split(",")) {
                String[] both = pair.split(":");
                counts.put(Integer.valueOf(both[0]), Long.valueOf(both[1]));
            }
        }
        return counts;
    }
}
