package org.kvdock.cli.journal;

import picocli.CommandLine.Command;

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
        synopsisSubcommandLabel = "info|dump|state|verify|replay|export")
public final class JournalCommand {
    /** For the command line. */
    public JournalCommand() {}
}
