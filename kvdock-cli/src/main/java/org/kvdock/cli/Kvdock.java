package org.kvdock.cli;

import org.kvdock.cli.demo.DemoCommand;
import org.kvdock.cli.journal.JournalCommand;
import org.kvdock.cli.lab.LabCommand;
import picocli.CommandLine.Command;

/** The command line. */
@Command(
        name = "kvdock",
        description = "L2 adapters that dock into a running KV-cache host.",
        subcommands = {DemoCommand.class, HostCommand.class, JournalCommand.class, KeysCommand.class, LabCommand.class},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "demo|host|journal|keys|lab|bench",
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
        return CommandRun.of(new Kvdock(), args);
    }
}
