package org.kvdock.cli;

import java.io.PrintWriter;
import org.kvdock.cli.workload.BadTraceException;
import picocli.CommandLine;

/** Runs a command of picocli's so that bad usage is one line, whatever is wrong. */
public final class CommandRun {
    private CommandRun() {}

    /**
     * @param command an object with picocli's annotations
     * @param args what the user gave
     * @return the exit status
     */
    public static int of(Object command, String... args) {
        CommandLine line = new CommandLine(command);
        line.setParameterExceptionHandler((wrong, given) -> usage(wrong.getCommandLine(), wrong.getMessage()));
        line.setExecutionExceptionHandler((failure, failed, parsed) -> {
            if (failure instanceof UsageException || failure instanceof BadTraceException) {
                return usage(failed, failure.getMessage());
            }
            failed.getErr().println("kvdock: " + failure);
            failure.printStackTrace(failed.getErr());
            return ExitStatus.FAILED;
        });
        return line.execute(args);
    }

    // One line, whatever it is.
    private static int usage(CommandLine command, String message) {
        PrintWriter err = command.getErr();
        err.println("kvdock: " + message.lines().findFirst().orElse("bad usage"));
        err.flush();
        return ExitStatus.USAGE;
    }
}
