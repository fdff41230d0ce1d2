package org.kvdock.host.control;

import java.time.Duration;

/** Pauses between tries where no signal will come to tell that the next one is due. Confined to a loop's thread. */
final class Retry {
    private static final Duration FIRST = Duration.ofMillis(2);
    private static final Duration LONGEST = Duration.ofMillis(250);
    private Duration pause = FIRST;
    private boolean armed;

    void reset() {
        pause = FIRST;
    }

    /** Logs why a try has failed, if none has since the last {@link #reset}. */
    void logFirst(System.Logger log, String what, Throwable why) {
        if (pause.equals(FIRST)) {
            log.log(System.Logger.Level.WARNING, what + ", it is asked again", why);
        }
    }

    void arm(ControllerLoop loop, Runnable again) {
        if (!armed) {
            armed = true;
            loop.after(pause, () -> {
                armed = false;
                again.run();
            });
            pause = pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
        }
    }
}
