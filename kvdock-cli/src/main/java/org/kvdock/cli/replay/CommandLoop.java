package org.kvdock.cli.replay;

import java.util.concurrent.Callable;
import java.util.function.BiConsumer;

/** A thread that takes the launcher's commands until it is stopped. */
final class CommandLoop {
    private final Thread thread;

    /**
     * @param name the thread's name
     * @param commands waits for the next line: a word, and perhaps an argument
     * @param handler called with word and argument, the latter empty if there is none
     */
    CommandLoop(String name, Callable<String> commands, BiConsumer<String, String> handler) {
        thread = new Thread(() -> run(commands, handler), name);
        thread.start();
    }

    private static void run(Callable<String> commands, BiConsumer<String, String> handler) {
        try {
            while (true) {
                String[] words = commands.call().strip().split(" ", 2);
                handler.accept(words[0], words.length > 1 ? words[1] : "");
            }
        } catch (InterruptedException e) {
            // stopped
        } catch (Exception e) {
            System.err.println("no more commands are taken: " + e);
        }
    }

    /** Waits for the command that is at work, but not for long. */
    void stop() throws InterruptedException {
        thread.interrupt();
        thread.join(2000);
    }
}
