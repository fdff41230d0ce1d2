package org.kvdock.cli;

import java.io.PrintWriter;
import org.kvdock.cli.demo.DemoCommand;
import org.kvdock.cli.journal.JournalCommand;
import org.kvdock.cli.lab.LabCommand;
import org.kvdock.cli.workload.BadTraceException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. */
@Command(
        name = "kvdock",
        description = "L2 adapters that dock into a running KV-cache host.",
        subcommands = {DemoCommand.class, HostCommand.class, JournalCommand.class, KeysCommand.class, LabCommand.class},
        mixinStandardHelpOptions = true,
        version = "kvdock 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        footer = "The script ./kvdock also has: bench, the benchmarks beside floors and peers of the same run.%n",
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {"0:all was right", "1:a check failed", "2:bad usage, nothing was started"})
public final class Kvdock {
    private Kvdock() {}

    /** @param args as {@code --help} says */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /**
     * @param args as {@code --help} says
     * @return the exit status
     */
    public static int run(String... args) {
        CommandLine line = new CommandLine(new Kvdock());
        line.setParameterExceptionHandler((wrong, given) -> usage(wrong.getCommandLine(), wrong.getMessage()));
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof UsageException || failure instanceof BadTraceException) {
                return usage(command, failure.getMessage());
            }
            command.getErr().println("kvdock: " + failure);
            failure.printStackTrace(command.getErr());
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
