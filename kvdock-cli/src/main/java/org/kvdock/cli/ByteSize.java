package org.kvdock.cli;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads and writes sizes: {@code 65536}, {@code 64KiB}, {@code 1.5GiB}. */
public final class ByteSize implements ITypeConverter<Long> {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    /** For the command line. */
    public ByteSize() {}

    @Override
    public Long convert(String text) {
        String number = text.strip();
        int shift = 0;
        for (int unit = UNITS.length - 1; unit >= 0; unit--) {
            if (number.endsWith(UNITS[unit])) {
                number = number.substring(0, number.length() - UNITS[unit].length()).strip();
                shift = 10 * unit;
                break;
            }
        }
        try {
            double bytes = Double.parseDouble(number) * (1L << shift);
            if (bytes >= 0 && bytes <= 1L << 50 && bytes == Math.rint(bytes)) {
                return (long) bytes;
            }
        } catch (NumberFormatException e) {
            // falls through to the one message
        }
        throw new TypeConversionException("'" + text + "' is not a size; must be like 65536, 64KiB or 1GiB");
    }

    /**
     * @param bytes a size
     * @return it in the largest unit that leaves at least 1, with at most two digits after the point
     */
    public static String text(long bytes) {
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        String number = String.format(Locale.ROOT, "%.2f", value);
        return number.replaceAll("\\.?0+$", "") + " " + UNITS[unit];
    }
}
