package org.kvdock.journal.chronicle.log;

import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** One SLF4J logger on the {@link System.Logger} of the same name. */
final class PlatformSlf4jLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;

    private final transient System.Logger platform;

    PlatformSlf4jLogger(String name) {
        this.name = name;
        this.platform = System.getLogger(name);
    }

    private static System.Logger.Level platformLevel(Level level) {
        return switch (level) {
            case ERROR -> System.Logger.Level.ERROR;
            // It warns of what it would use if it were there; what goes wrong with a queue comes as an exception.
            case WARN, INFO, DEBUG -> System.Logger.Level.DEBUG;
            case TRACE -> System.Logger.Level.TRACE;
        };
    }

    private boolean isEnabled(Level level) {
        return platform.isLoggable(platformLevel(level));
    }

    @Override
    public boolean isTraceEnabled() {
        return isEnabled(Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return isEnabled(Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return isEnabled(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return isEnabled(Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return isEnabled(Level.ERROR);
    }

    @Override
    protected String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level, Marker marker, String message, Object[] arguments, Throwable thrown) {
        platform.log(platformLevel(level), MessageFormatter.basicArrayFormat(message, arguments), thrown);
    }
}
