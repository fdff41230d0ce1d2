package org.kvdock.cli.launch;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What passes between the launcher and the components inside the framework. Their class loaders share only the JDK, so
 * these are services of JDK types, told apart by the property {@value #CHANNEL}.
 *
 * @param configurations values by key by PID, to be given to the configuration admin
 * @param report takes one JSON object in one line; safe for all threads
 * @param commands waits for the next line from whoever started this host
 */
public record Channels(
        Supplier<Map<String, Map<String, Object>>> configurations,
        Consumer<String> report,
        Callable<String> commands) {
    /** Name of the service property. */
    public static final String CHANNEL = "org.kvdock.channel";
    /** Its value for the configurations. */
    public static final String CONFIGURATIONS = "configurations";
    /** Its value for the report. */
    public static final String REPORT = "report";
    /** Its value for the commands. */
    public static final String COMMANDS = "commands";
    /** Its value for the service that says what is not running and why; a {@code java.util.function.Supplier}. */
    public static final String DIAGNOSIS = "diagnosis";
}
