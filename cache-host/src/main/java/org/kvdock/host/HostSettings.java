package org.kvdock.host;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.base.ConfigReader;

/**
 * What a host can be told. In OSGi the same keys are the configuration of PID {@value #PID}.
 *
 * @param l1 bounds of the memory tier
 * @param leases how long the host waits for those who hold its memory
 * @param maxStoresInFlight requests that are being written or stored; more are refused
 * @param maxPrefetchesInFlight prefetches that look up or load at the same time; more wait their turn
 * @param maxPrefetchesWaiting prefetches that wait their turn; more are refused
 * @param lookupGrace how long an adapter may still answer a lookup when others have all that the request needs
 * @param drainDeadline how long a leaving adapter may finish what is in flight before the host closes it, which gives it
 *     its own grace on top
 */
public record HostSettings(
        L1 l1,
        Leases leases,
        int maxStoresInFlight,
        int maxPrefetchesInFlight,
        int maxPrefetchesWaiting,
        Duration lookupGrace,
        Duration drainDeadline) {
    /** The configuration's PID. */
    public static final String PID = "org.kvdock.host";
    /** Key of the bound on stores; back-pressure exceptions name it. */
    public static final String MAX_STORES = "max_stores_in_flight";
    /** Key of the bound on prefetches that wait; back-pressure exceptions name it. */
    public static final String MAX_WAITING = "max_prefetches_waiting";

    /** Everything at its default: L1 is bounded by the system's memory alone. */
    public static final HostSettings DEFAULT = read(ConfigReader.describing());

    /**
     * Bounds of L1.
     *
     * @param maxObjects bound on chunks, readable and reserved together, kept exactly; empty: none
     * @param maxBytes bound on memory; empty: none but the system's
     * @param slabBytes how much memory is taken from the system at a time
     * @param saltQuotaBytes bytes of chunks of any one salt that has no quota of its own; empty: no bound
     * @param saltQuotasBytes quotas of single salts, in bytes of chunks
     * @param highWatermarkPercent how full it may get, of its bounds, before it is evicted down to the low watermark in
     *     the background; 100: nothing leaves but what has to
     * @param lowWatermarkPercent not above the high one
     */
    public record L1(
            OptionalLong maxObjects,
            OptionalLong maxBytes,
            int slabBytes,
            OptionalLong saltQuotaBytes,
            Map<String, Long> saltQuotasBytes,
            int highWatermarkPercent,
            int lowWatermarkPercent) {
        public L1 {
            saltQuotasBytes = Map.copyOf(saltQuotasBytes);
        }
    }

    /**
     * When the host stops waiting. None of these takes memory away from an adapter that may still use it.
     *
     * @param read how long a {@link Prefetched} may stay open before its locks are taken back
     * @param write how long a {@link RequestWriter} may stay unfinished before it is aborted
     * @param pin how long the pins of a request last that nobody reads
     */
    public record Leases(Duration read, Duration write, Duration pin) {}

    /**
     * @param values the configuration; values may have the key's own type or be text
     * @return its settings
     * @throws BadConfigurationException if a value is not allowed
     */
    public static HostSettings of(Map<String, ?> values) {
        return read(ConfigReader.of(values));
    }

    /** @return a table for people: each configuration key, its type, default and meaning */
    public static String help() {
        ConfigReader reader = ConfigReader.describing();
        read(reader);
        return reader.help();
    }

    private static HostSettings read(ConfigReader config) {
        return new HostSettings(
                readL1(config),
                new Leases(
                        config.millis("read_lease_ms", Duration.ofMinutes(10), "how long prefetched chunks stay locked"),
                        config.millis("write_lease_ms", Duration.ofMinutes(5), "how long a request may be written"),
                        config.millis("pin_lease_ms", Duration.ofMinutes(10), "how long pins last that nobody ends")),
                config.integer(MAX_STORES, 1 << 16, 1, 1 << 24, "requests being written or stored"),
                config.integer("max_prefetches_in_flight", 64, 1, 1 << 16, "prefetches at work at the same time"),
                config.integer(MAX_WAITING, 1 << 16, 0, 1 << 24, "prefetches waiting their turn"),
                config.millis("lookup_grace_ms", Duration.ofMillis(50), "time to answer when others have it all"),
                // Short of what declarative services wait for a component.
                Duration.ofMillis(config.integer("drain_ms", 900, 1, 3000, "time for a leaving adapter before it is closed")));
    }

    private static L1 readL1(ConfigReader config) {
        int high = config.integer("l1_high_watermark", 100, 1, 100, "percent of the bounds from which L1 is evicted");
        int low = config.integer("l1_low_watermark", Math.min(high, 90), 0, 100, "percent down to which it is evicted");
        if (low > high && !config.isDescribing()) {
            throw new BadConfigurationException("l1_low_watermark", low, "at most l1_high_watermark, " + high);
        }
        return new L1(
                bound(config.number("l1_max_objects", 0L, 0, Integer.MAX_VALUE, "most chunks in L1; 0: no bound")),
                bound(config.number("l1_max_bytes", 0L, 0, 1L << 50, "most bytes of memory for L1; 0: no bound")),
                config.integer("l1_slab_bytes", 32 << 20, 1 << 12, 1 << 30, "memory that L1 takes at a time"),
                bound(config.number("l1_salt_quota_bytes", 0L, 0, 1L << 50, "most bytes of any one salt; 0: no bound")),
                quotas(config.optionalText("l1_salt_quotas", "quotas of single salts: salt=bytes, salt=bytes, ...")),
                high,
                low);
    }

    private static OptionalLong bound(long configured) {
        return configured == 0 ? OptionalLong.empty() : OptionalLong.of(configured);
    }

    private static Map<String, Long> quotas(Optional<String> text) {
        Map<String, Long> quotas = new LinkedHashMap<>();
        for (String item : text.map(list -> list.split(",")).orElse(new String[0])) {
            int equals = item.lastIndexOf('=');
            try {
                quotas.put(item.substring(0, equals).strip(), quota(item.substring(equals + 1).strip()));
            } catch (IndexOutOfBoundsException | NumberFormatException e) {
                throw new BadConfigurationException("l1_salt_quotas", item.strip(), "salt=bytes, at least 0");
            }
        }
        return quotas;
    }

    private static long quota(String text) {
        long bytes = Long.parseLong(text);
        if (bytes < 0) {
            throw new NumberFormatException(text);
        }
        return bytes;
    }
}
