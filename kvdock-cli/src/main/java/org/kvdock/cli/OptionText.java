package org.kvdock.cli;

import java.math.BigInteger;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.TypeConversionException;

/** Reads options and arguments, and says what is allowed where picocli names a Java type. */
final class OptionText {
    private OptionText() {}

    /** An empty text would be the current directory: most likely a variable of the shell that is not set. */
    static Path path(String text) {
        if (text.isBlank()) {
            throw new TypeConversionException("'" + text + "' is not allowed, must be a path");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("'" + text + "' is not allowed, must be a path: " + e.getReason());
        }
    }

    static Integer integer(String text) {
        return (int) within(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    static Long whole(String text) {
        return within(text, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static long within(String text, long least, long most) {
        try {
            BigInteger number = new BigInteger(text);
            if (number.compareTo(BigInteger.valueOf(least)) >= 0 && number.compareTo(BigInteger.valueOf(most)) <= 0) {
                return number.longValue();
            }
        } catch (NumberFormatException e) {
            // falls through to the one message
        }
        throw new TypeConversionException(
                "'" + text + "' is not allowed, must be a whole number from " + least + " to " + most);
    }
}
