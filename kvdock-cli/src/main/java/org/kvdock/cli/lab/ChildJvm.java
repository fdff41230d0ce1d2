package org.kvdock.cli.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kvdock.journal.chronicle.ChronicleRuntime;

/** The command of a small JVM with a journal in it and without OSGi: a campaign's child. */
public final class ChildJvm {
    private ChildJvm() {}

    /**
     * @param main what it runs, from this process's class path
     * @param directory the child's own, for what its JVM says of a crash
     * @param temporary where it may put files that nobody needs afterwards
     * @return the command; the program's arguments follow
     */
    public static List<String> command(Class<?> main, Path directory, Path temporary) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ChronicleRuntime.jvmFlags(Runtime.version().feature(), "ALL-UNNAMED"));
        command.addAll(List.of(
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-XX:-UsePerfData",
                "-XX:ErrorFile=" + directory.resolve("jvm-crash.txt"), "-Djava.io.tmpdir=" + temporary));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return command;
    }
}
