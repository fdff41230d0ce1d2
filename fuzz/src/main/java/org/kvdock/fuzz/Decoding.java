package org.kvdock.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * Runs a decoder and holds it to what all of ours promise: it takes no more memory than a small multiple of the bytes
 * that are really there, and it refuses by the one exception that its Javadoc names, with a message that is one line of
 * bounded length, since it quotes what somebody else wrote. For one thread.
 */
public final class Decoding {
    /** Longest message of a refusal in characters, whatever was refused. */
    static final int MOST_MESSAGE_CHARS = 1200;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What is tried. */
    @FunctionalInterface
    public interface Try<T> {
        /** @return what was decoded */
        T decode() throws Exception;
    }

    private final Class<? extends Exception> refusal;
    private final long fixedBytes;
    private final int factor;

    /**
     * @param refusal how the decoder says no
     * @param fixedBytes memory that it may take for any input
     * @param factor memory that it may take for each byte of the input
     */
    public Decoding(Class<? extends Exception> refusal, long fixedBytes, int factor) {
        this.refusal = refusal;
        this.fixedBytes = fixedBytes;
        this.factor = factor;
    }

    /**
     * @param inputBytes how much the decoder is given
     * @param decoder decodes the same input each time it is called
     * @return what it made of it; empty if it refused
     */
    public <T> Optional<T> decoded(int inputBytes, Try<T> decoder) {
        long most = fixedBytes + (long) factor * inputBytes;
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Optional<T> result = tried(decoder);
        if (THREADS.getCurrentThreadAllocatedBytes() - before > most) {
            // A first time also loads classes and links call sites. A second one does not.
            before = THREADS.getCurrentThreadAllocatedBytes();
            tried(decoder);
            long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
            Finding.unless(taken <= most, taken + " bytes of memory for " + inputBytes + " of input, at most " + most);
        }
        return result;
    }

    private <T> Optional<T> tried(Try<T> decoder) {
        try {
            return Optional.of(decoder.decode());
        } catch (Exception e) {
            if (!refusal.isInstance(e)) {
                throw new Finding("refused by " + e.getClass().getName() + ", must be " + refusal.getName(), e);
            }
            checkMessage(e);
            return Optional.empty();
        }
    }

    /** @param refused what a decoder threw; its message must be fit to print */
    public static void checkMessage(Exception refused) {
        String message = refused.getMessage();
        Finding.unless(message != null && !message.isBlank(), "a refusal without a message: " + refused.getClass());
        Finding.unless(
                message.length() <= MOST_MESSAGE_CHARS,
                "a message of " + message.length() + " characters, at most " + MOST_MESSAGE_CHARS);
        Finding.unless(
                message.chars().noneMatch(c -> Character.isISOControl(c) || c == '\u2028' || c == '\u2029'),
                "a message of more than one line, or with control characters");
    }
}
