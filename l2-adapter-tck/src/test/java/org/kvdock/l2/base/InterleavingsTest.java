package org.kvdock.l2.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.kvdock.l2.base.Interleavings.explore;
import static org.kvdock.l2.base.Interleavings.together;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The base's small lock-free parts, one by one, under a model checker; the readme lists what is checked. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InterleavingsTest {
    @Test
    @DisplayName("R5: completions at once: the eventfd is told exactly as many")
    void exactSignals() {
        explore(() -> {
            AtomicLong told = new AtomicLong();
            CompletionSignal signal = new CompletionSignal(null, told::addAndGet);
            together(signal::add, signal::add, signal::add);
            assertEquals(3, told.get());
        });
    }

    @Test
    @DisplayName("R5: the checker finds the lost signal in a counter that is not taken in one step")
    void findsLostSignal() {
        assertThrows(LincheckAssertionError.class, () -> explore(() -> {
            AtomicLong told = new AtomicLong();
            AtomicInteger pending = new AtomicInteger();
            Runnable add = () -> {
                if (pending.getAndIncrement() == 0) {
                    told.addAndGet(pending.get());
                    pending.set(0);
                }
            };
            together(add, add);
            assertEquals(2, told.get());
        }));
    }

    @Test
    @DisplayName("R5: no lost wake-up: who reads the eventfd once and fetches all leaves nothing behind unsignalled")
    void noLostWakeUp() {
        explore(() -> {
            AtomicLong told = new AtomicLong();
            AtomicInteger visible = new AtomicInteger();
            CompletionSignal signal = new CompletionSignal(null, told::addAndGet);
            Runnable complete = () -> {
                visible.incrementAndGet();
                signal.add();
            };
            together(complete, complete, () -> {
                told.getAndSet(0);
                visible.getAndSet(0);
            });
            assertTrue(visible.get() == 0 || told.get() > 0, visible + " results that no signal tells of");
        });
    }

    @Test
    @DisplayName("R3, R7: a move in a buffer, a deadline and close: one end, with nobody inside")
    void gate() {
        explore(() -> {
            Gate gate = new Gate();
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger ends = new AtomicInteger();
            AtomicInteger early = new AtomicInteger();
            Runnable leave = () -> {
                if (gate.leaveLast()) {
                    ends.incrementAndGet();
                    early.addAndGet(inside.get());
                }
            };
            Runnable decide = () -> {
                if (gate.tryDecide()) {
                    leave.run();
                }
            };
            together(
                    () -> {
                        if (gate.tryEnter()) {
                            inside.incrementAndGet();
                            inside.decrementAndGet();
                            leave.run();
                        }
                        decide.run();
                    },
                    decide);
            assertEquals(1, ends.get(), "ends");
            assertEquals(0, early.get(), "ended with somebody in a buffer");
            assertTrue(!gate.tryEnter() && gate.decided());
        });
    }

    @Test
    @DisplayName("R3: the journal's call back and close's sweep, perhaps before the result is told: one of them publishes")
    void publication() {
        explore(() -> {
            Gate gate = new Gate();
            AtomicInteger published = new AtomicInteger();
            Runnable publish = () -> {
                if (gate.claimPublication()) {
                    published.incrementAndGet();
                }
            };
            together(
                    () -> {
                        if (gate.tryDecide() && gate.leaveLast()) {
                            gate.told();
                            publish.run();
                        }
                    },
                    publish,
                    publish);
            assertEquals(1, published.get());
        });
    }

    @Test
    @DisplayName("R11: a drain that sees nothing in flight has refused the submit, or sees its result")
    void drainAgainstSubmit() {
        explore(() -> {
            Running running = new Running();
            AtomicBoolean draining = new AtomicBoolean();
            AtomicInteger accepted = new AtomicInteger();
            AtomicInteger done = new AtomicInteger();
            AtomicInteger missed = new AtomicInteger();
            together(
                    () -> {
                        running.begin();
                        if (!draining.get()) {
                            accepted.incrementAndGet();
                            done.incrementAndGet();
                        }
                        running.end();
                    },
                    () -> {
                        draining.set(true);
                        if (running.isIdle()) {
                            int seen = done.get();
                            missed.set(accepted.get() - seen);
                        }
                    });
            assertEquals(0, missed.get(), "accepted, and not seen by a drain that saw nothing in flight");
            assertTrue(running.isIdle());
        });
    }

    @Test
    @DisplayName("R11: the checker finds the submit that reads the phase before it counts itself")
    void findsUncountedSubmit() {
        assertThrows(LincheckAssertionError.class, () -> explore(() -> {
            Running running = new Running();
            AtomicBoolean draining = new AtomicBoolean();
            AtomicBoolean idleSeen = new AtomicBoolean();
            AtomicBoolean late = new AtomicBoolean();
            together(
                    () -> {
                        if (!draining.get()) {
                            running.begin();
                            late.set(idleSeen.get());
                            running.end();
                        }
                    },
                    () -> {
                        draining.set(true);
                        idleSeen.set(running.isIdle());
                    });
            assertTrue(!late.get(), "accepted after the drain saw nothing in flight");
        }));
    }

    @Test
    @DisplayName("R14: at the bound on tasks, a fetch and two submits: never one too many, and no place is lost")
    void boundOnTasks() {
        explore(() -> {
            Places places = new Places(2, 100);
            AtomicInteger taken = new AtomicInteger(2);
            AtomicInteger most = new AtomicInteger();
            assertTrue(places.tryTakeTask() && places.tryTakeTask());
            Runnable submit = () -> {
                if (places.tryTakeTask()) {
                    most.accumulateAndGet(taken.incrementAndGet(), Math::max);
                }
            };
            together(
                    () -> {
                        taken.decrementAndGet();
                        places.giveTaskBack();
                    },
                    submit,
                    submit);
            assertTrue(most.get() <= 2, most + " taken of 2");
            while (taken.getAndDecrement() > 0) {
                places.giveTaskBack();
            }
            assertTrue(places.tryTakeTask() && places.tryTakeTask() && !places.tryTakeTask(), "two places, and no more");
        });
    }

    @Test
    @DisplayName("R14: at the bound on bytes, a completion and two submits: never one too many, and no byte is lost")
    void boundOnBytes() {
        explore(() -> {
            Places places = new Places(8, 100);
            AtomicInteger accepted = new AtomicInteger();
            assertTrue(places.tryTakeBytes(60));
            Runnable submit = () -> accepted.addAndGet(places.tryTakeBytes(60) ? 1 : 0);
            together(() -> places.giveBytesBack(60), submit, submit);
            assertTrue(accepted.get() <= 1, accepted + " times 60 bytes of 100");
            places.giveBytesBack(60L * accepted.get());
            assertTrue(places.tryTakeBytes(100) && !places.tryTakeBytes(1) && places.tryTakeBytes(0));
        });
    }

    @Test
    @DisplayName("R14: the checker finds the place too many that a submit takes which looks and takes in two steps")
    void findsPlaceTooMany() {
        assertThrows(LincheckAssertionError.class, () -> explore(() -> {
            AtomicInteger tasks = new AtomicInteger();
            Runnable take = () -> {
                if (tasks.get() < 1) {
                    tasks.incrementAndGet();
                }
            };
            together(take, take);
            assertTrue(tasks.get() <= 1);
        }));
    }
}
