package org.kvdock.fuzz.targets;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kvdock.fuzz.Decoding;
import org.kvdock.fuzz.Finding;
import org.kvdock.fuzz.FuzzTarget;
import org.kvdock.fuzz.InputReader;
import org.kvdock.host.HostSettings;
import org.kvdock.journal.chronicle.JournalSettings;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.mock.MockSettings;
import org.kvdock.l2.pd.PdSettings;

/**
 * Configurations of every kind, as text and as the types that a configuration admin has: a first byte says whose, lines
 * {@code key=value} follow. {@code %} before a value makes a decimal of it, {@code #} a whole number, {@code ,} a list.
 */
public final class SettingsTarget implements FuzzTarget {
    private static final Decoding DECODING = new Decoding(BadConfigurationException.class, 512 << 10, 400);

    @Override
    public String name() {
        return "settings";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                bytes("0role=sender\npeer_host=127.0.0.1\npeer_init_port=#9051\npeer_alloc_port=,9061\nproxy_host=::1\nproxy_port=7000"),
                bytes("0role=receiver\npeer_init_port=[0, 0]\npeer_alloc_port=0,0\nbuffer_size=%1e6\nstaging_dir=/x\nlease_ms=5"),
                bytes("0role=sender\ntransfer_channel=mock_memory\nmax_tasks_in_flight=10\nallow_insecure=true\nsecurity_dir=/k\npeer_key=r"),
                bytes("1failure_rate=0.5\nlatency_ms=%1.5\nseed=#7\ncapacity_bytes=100\nbandwidth=5"),
                bytes("2l1_bytes=1000000\nquotas=salt=5,other=7\nhigh_watermark=0.9"),
                bytes("3root=/j\ndurability=record\nroll_bytes=1048576"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void run(byte[] input) {
        InputReader in = new InputReader(input);
        int kind = in.u8() % 4;
        Map<String, Object> values = new HashMap<>();
        for (String line : in.latin().split("\n")) {
            int equal = line.indexOf('=');
            if (equal > 0 && values.size() < 64) {
                values.put(line.substring(0, equal), value(line.substring(equal + 1)));
            }
        }
        Optional<Object> settings = DECODING.decoded(input.length, () -> read(kind, values));
        if (settings.isPresent()) {
            // The mock adapter has its faults in it, which are no value.
            Finding.unless(kind == 1 || settings.get().equals(read(kind, values)), "read twice, " + values + " gives two settings");
        }
    }

    private static Object value(String text) {
        try {
            if (text.startsWith("%")) {
                return Double.valueOf(text.substring(1));
            } else if (text.startsWith("#")) {
                return Long.valueOf(text.substring(1));
            } else if (text.startsWith(",")) {
                return Arrays.asList(text.substring(1).split(","));
            }
        } catch (NumberFormatException e) {
            // Then it is text.
        }
        return text;
    }

    private static Object read(int kind, Map<String, Object> values) {
        ConfigReader config = ConfigReader.of(values);
        return switch (kind) {
            case 0 -> PdSettings.read(config);
            case 1 -> MockSettings.read(config);
            case 2 -> HostSettings.of(values);
            default -> JournalSettings.read(config);
        };
    }
}
