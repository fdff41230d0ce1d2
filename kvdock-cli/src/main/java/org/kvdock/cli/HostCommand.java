package org.kvdock.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.kvdock.cli.launch.Configurations;
import org.kvdock.cli.launch.ConsoleHost;
import org.kvdock.cli.launch.Distribution;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kvdock host}. */
@Command(
        name = "host",
        description = "Run one host with its console (gogo) until SIGTERM or Ctrl-C.",
        mixinStandardHelpOptions = true)
public final class HostCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private What what;

    private static final class What {
        @Option(names = "--config", paramLabel = "FILE", required = true, description = "JSON: an object by PID, each an object"
                + " of keys and values; factoryPid~name is an instance of a factory")
        private Path config;

        @Option(names = "--describe", required = true, description = "list the keys of each PID: bounds, default, meaning; and"
                + " run nothing")
        private boolean describe;
    }

    /** For the command line. */
    public HostCommand() {}

    @Override
    public Integer call() throws Exception {
        if (what.describe) {
            System.out.print(Configurations.description());
            return ExitStatus.RIGHT;
        }
        Map<String, Map<String, Object>> configurations;
        try {
            configurations = Configurations.readChecked(what.config);
        } catch (IOException e) {
            throw new UsageException(e.getMessage());
        }
        return ConsoleHost.run(Distribution.own(), configurations) ? ExitStatus.RIGHT : ExitStatus.FAILED;
    }
}
