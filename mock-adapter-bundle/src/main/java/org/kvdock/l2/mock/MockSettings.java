package org.kvdock.l2.mock;

import org.kvdock.l2.base.AdapterSettings;
import org.kvdock.l2.base.ConfigReader;

/**
 * What a mock adapter can be told.
 *
 * @param maxBytes bytes that it holds at the most
 * @param bytesPerSecond the speed of its imagined link to L2; 0 for no limit
 * @param faults what goes wrong on purpose from the start
 * @param base bounds, deadlines, threads
 */
public record MockSettings(long maxBytes, double bytesPerSecond, Faults faults, AdapterSettings base) {
    private static final double GIB = 1 << 30;

    /**
     * @param config the adapter's configuration
     * @return its settings
     * @throws org.kvdock.l2.BadConfigurationException if a value is not allowed
     */
    public static MockSettings read(ConfigReader config) {
        return new MockSettings(
                (long) (GIB * config.decimal("max_size_gb", 1.0, 0, 1024, "what it holds at the most, in GiB")),
                GIB * config.decimal("mock_bandwidth_gb", 0.0, 0, 1e6, "speed of its link in GiB/s, 0 for no limit"),
                Faults.read(config),
                AdapterSettings.read(config));
    }
}
