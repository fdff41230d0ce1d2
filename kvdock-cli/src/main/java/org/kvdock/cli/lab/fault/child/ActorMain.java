package org.kvdock.cli.lab.fault.child;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * An actor in a process of its own. Its events go to standard output, its orders come through standard input, and with
 * the end of that the process ends, so that it never outlives whoever started it.
 */
public final class ActorMain {
    private ActorMain() {}

    /** @param arguments the adapter's name, the journals' directory, then the configuration as {@code key=value} */
    public static void main(String[] arguments) {
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        System.setOut(System.err);
        Map<String, String> configuration = new HashMap<>();
        for (int i = 2; i < arguments.length; i++) {
            int equals = arguments[i].indexOf('=');
            configuration.put(arguments[i].substring(0, equals), arguments[i].substring(equals + 1));
        }
        try {
            Actor actor = Actor.open(arguments[0], Path.of(arguments[1]), configuration, line -> say(out, line));
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String order = in.readLine(); order != null; order = in.readLine()) {
                actor.obey(order);
            }
        } catch (Throwable e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
        Runtime.getRuntime().halt(0);
    }

    private static void say(FileOutputStream out, String line) {
        byte[] bytes = (line + '\n').getBytes(StandardCharsets.UTF_8);
        try {
            synchronized (out) {
                // One call: a line is there as a whole or not at all.
                out.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
