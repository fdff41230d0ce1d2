package org.kvdock.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.kvdock.l2.pd.security.KeyMaker;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kvdock keys}. */
@Command(
        name = "keys",
        description = "Make the key files of senders and receivers that are to work together: for each a directory with its"
                + " secrets and what it needs of the others. Each belongs on its own machine, where the PD adapter's"
                + " security_dir names it.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class KeysCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "an empty or missing directory")
    private Path directory;

    @Option(names = "--sender", paramLabel = "NAME", description = "a prefill side; may be given again (sender)")
    private List<String> senders = new ArrayList<>();

    @Option(names = "--receiver", paramLabel = "NAME", description = "a decode side; may be given again (receiver)")
    private List<String> receivers = new ArrayList<>();

    @Option(names = "--proxy", paramLabel = "NAME", description = "a proxy, which gets ZeroMQ keys alone; may be given again (none)")
    private List<String> proxies = new ArrayList<>();

    @Option(names = "--days", paramLabel = "N", defaultValue = "365", description = "how long the certificates are good for"
            + " (${DEFAULT-VALUE})")
    private int days;

    /** For the command line. */
    public KeysCommand() {}

    @Override
    public Integer call() throws UsageException {
        KeyMaker.Plan plan;
        try {
            plan = new KeyMaker.Plan(
                    senders.isEmpty() ? List.of("sender") : senders, receivers.isEmpty() ? List.of("receiver") : receivers,
                    proxies, days);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--" + e.getMessage());
        }
        try {
            PrintStream out = System.out;
            for (Path made : KeyMaker.make(directory.toAbsolutePath().normalize(), plan)) {
                out.println(made);
            }
            out.println("copy each directory to its own machine (mode and all), name it there with security_dir, remove it here");
            if (plan.receivers().size() > 1) {
                out.println("senders also need peer_key, the name of their receiver: one of " + plan.receivers());
            }
            return ExitStatus.RIGHT;
        } catch (FileAlreadyExistsException e) {
            throw new UsageException("DIR: " + e.getFile() + " " + e.getReason());
        } catch (IOException e) {
            System.err.println("kvdock: " + IoReason.of(e));
            return ExitStatus.FAILED;
        }
    }
}
