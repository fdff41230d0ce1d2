package org.kvdock.cli.lab;

import org.kvdock.cli.lab.crash.CrashCommand;
import org.kvdock.cli.lab.fault.FaultCommand;
import org.kvdock.cli.lab.swap.SwapCommand;
import picocli.CommandLine.Command;

/** {@code kvdock lab}. */
@Command(
        name = "lab",
        description = "Robustness campaigns; each prints its seed, and the seed repeats the run.",
        subcommands = {CrashCommand.class, SwapCommand.class, FaultCommand.class},
        synopsisSubcommandLabel = "crash|swap|fault|fuzz",
        footer = "The script ./kvdock also has: lab fuzz, inputs that nobody would write for everything that"
                + " reads what others wrote.%n",
        mixinStandardHelpOptions = true)
public final class LabCommand {
    /** For the command line. */
    public LabCommand() {}
}
