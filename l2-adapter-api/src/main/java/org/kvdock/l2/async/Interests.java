package org.kvdock.l2.async;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;

/**
 * The interests in one adapter's tasks whose results have not been fetched. {@link #add} is for all threads that hold the
 * facade's {@code submitting} shared; all others but {@link #toString} need it exclusively, so that a task is either not
 * submitted yet or noted here.
 */
final class Interests {
    private static final System.Logger LOG = System.getLogger(Interests.class.getName());

    private final L2Adapter adapter;
    private final Map<TaskKind, Map<Long, Interest>> byKind = new EnumMap<>(TaskKind.class);
    private boolean strangerTold;

    record Fetched(Interest interest, TaskResult result) {}

    Interests(L2Adapter adapter) {
        this.adapter = adapter;
        for (TaskKind kind : TaskKind.values()) {
            byKind.put(kind, new ConcurrentHashMap<>());
        }
    }

    void add(long taskId, Interest interest) {
        byKind.get(interest.kind()).put(taskId, interest);
    }

    boolean isEmpty() {
        return byKind.values().stream().allMatch(Map::isEmpty);
    }

    /** Moves all results of a kind that are there to the list, also if it throws what the adapter throws. */
    void fetch(TaskKind kind, List<Fetched> fetched) {
        Map<Long, Interest> noted = byKind.get(kind);
        if (kind == TaskKind.STORE) {
            fetchStores(noted, fetched);
            return;
        }
        for (Iterator<Map.Entry<Long, Interest>> each = noted.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<Long, Interest> one = each.next();
            long id = one.getKey();
            Optional<TaskResult> result =
                    kind == TaskKind.LOOKUP ? adapter.queryLookupAndLockResult(id) : adapter.queryLoadResult(id);
            if (result.isPresent()) {
                each.remove();
                fetched.add(new Fetched(one.getValue(), result.get()));
            }
        }
    }

    // Ends: no submit is under way, and those that were are bounded (R14).
    private void fetchStores(Map<Long, Interest> noted, List<Fetched> fetched) {
        for (Map<Long, TaskResult> popped = adapter.popCompletedStoreTasks();
                !popped.isEmpty();
                popped = adapter.popCompletedStoreTasks()) {
            popped.forEach((id, result) -> {
                Interest interest = noted.remove(id);
                if (interest != null) {
                    fetched.add(new Fetched(interest, result));
                } else if (!strangerTold) {
                    strangerTold = true;
                    LOG.log(System.Logger.Level.WARNING, adapter.name() + ": the result of store task " + id
                            + ", which was submitted past its facade, is lost; this is told once");
                }
            });
        }
    }

    List<Interest> removeAll() {
        List<Interest> all = new ArrayList<>();
        for (Map<Long, Interest> noted : byKind.values()) {
            all.addAll(noted.values());
            noted.clear();
        }
        return all;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        byKind.forEach((kind, noted) -> text.append(text.isEmpty() ? "" : ", ").append(noted.size()).append(' ').append(kind));
        return text.toString();
    }
}
