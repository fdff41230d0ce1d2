package org.kvdock.l2.base;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.kvdock.l2.L2AdapterListener;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.TaskResult;

/**
 * Who hears of an adapter's completions and keys. What a listener throws, an Error too, is told by status and costs
 * nobody else anything (R3). Safe for all threads.
 */
final class Listeners {
    private final List<Registration> registrations = new CopyOnWriteArrayList<>();
    private final Health health;

    /** One registration, so that a listener that is added twice is also removed twice. */
    private static final class Registration {
        final L2AdapterListener listener;

        Registration(L2AdapterListener listener) {
            this.listener = listener;
        }
    }

    Listeners(Health health) {
        this.health = health;
    }

    AutoCloseable add(L2AdapterListener listener) {
        Registration registration = new Registration(Objects.requireNonNull(listener, "listener"));
        registrations.add(registration);
        return () -> registrations.remove(registration);
    }

    void taskCompleted(TaskResult result) {
        tell(listener -> listener.taskCompleted(result));
    }

    void keyPublished(ObjectKey key, long bytes) {
        tell(listener -> listener.keyPublished(key, bytes));
    }

    void keyRemoved(ObjectKey key, RemovalReason reason) {
        tell(listener -> listener.keyRemoved(key, reason));
    }

    private void tell(Consumer<L2AdapterListener> what) {
        for (Registration registration : registrations) {
            health.quietly(() -> what.accept(registration.listener));
        }
    }
}
