package org.kvdock.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.kvdock.cli.workload.BadTraceException;
import picocli.CommandLine;

/** Runs a command of picocli's so that bad usage is one line, whatever is wrong, and so is what the system refuses. */
public final class CommandRun {
    /** What {@code --version} says, of any command. */
    public static final String VERSION = "kvdock 0.1.0";

    private CommandRun() {}

    /**
     * @param command an object with picocli's annotations
     * @param args what the user gave
     * @return the exit status
     */
    public static int of(Object command, String... args) {
        CommandLine line = new CommandLine(command);
        version(line);
        line.registerConverter(Path.class, OptionText::path);
        line.registerConverter(Integer.class, OptionText::integer);
        line.registerConverter(int.class, OptionText::integer);
        line.registerConverter(Long.class, OptionText::whole);
        line.registerConverter(long.class, OptionText::whole);
        line.setParameterExceptionHandler((wrong, given) -> usage(wrong.getCommandLine(), message(wrong)));
        line.setExecutionExceptionHandler((failure, failed, parsed) -> {
            if (failure instanceof UsageException || failure instanceof BadTraceException) {
                return usage(failed, failure.getMessage());
            }
            if (failure instanceof IOException refused) {
                failed.getErr().println("kvdock: " + IoReason.of(refused));
                return ExitStatus.FAILED;
            }
            failed.getErr().println("kvdock: " + failure);
            failure.printStackTrace(failed.getErr());
            return ExitStatus.FAILED;
        });
        int status = line.execute(args);
        if (System.out.checkError() && !OutputPipe.isStandardOutput()) {
            System.err.println("kvdock: standard output cannot be written");
            return status == ExitStatus.RIGHT ? ExitStatus.FAILED : status;
        }
        return status;
    }

    private static void version(CommandLine line) {
        line.getCommandSpec().version(VERSION);
        line.getSubcommands().values().forEach(CommandRun::version);
    }

    // picocli does not say which commands there are.
    private static String message(CommandLine.ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        if (command.getSubcommands().isEmpty()) {
            return wrong.getMessage();
        }
        String allowed = "must be one of " + command.getCommandSpec().usageMessage().synopsisSubcommandLabel();
        String name = command.getCommandSpec().qualifiedName();
        if (wrong instanceof CommandLine.UnmatchedArgumentException unknown) {
            String first = unknown.getUnmatched().get(0);
            return unknown.isUnknownOption() ? wrong.getMessage() : name + ": " + first + " is no command, " + allowed;
        }
        return wrong instanceof CommandLine.MissingParameterException || wrong instanceof CommandLine.OverwrittenOptionException
                ? wrong.getMessage()
                : name + ": a command is missing, " + allowed;
    }

    // One line, whatever it is.
    private static int usage(CommandLine command, String message) {
        PrintWriter err = command.getErr();
        err.println("kvdock: " + message.lines().findFirst().orElse("bad usage"));
        err.flush();
        return ExitStatus.USAGE;
    }
}
