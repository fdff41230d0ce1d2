package org.kvdock.cli.journal;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kvdock journal}. */
@Command(
        name = "journal",
        description = "Read journals: of one adapter, or all below a directory.",
        subcommands = {
            InfoCommand.class,
            DumpCommand.class,
            StateCommand.class,
            VerifyCommand.class,
            ReplayCommand.class,
            ExportCommand.class
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class JournalCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    /** For the command line. */
    public JournalCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "journal: which command? info, dump, state, verify, replay or export");
    }
}
