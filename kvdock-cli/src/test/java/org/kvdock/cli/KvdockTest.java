package org.kvdock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KvdockTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @DisplayName("bad usage ends with status 2 and one line that says what is wrong")
    @CsvSource(delimiter = '|', value = {
        "'' | a command is missing, must be one of demo|host|journal|keys|lab|bench",
        "nonsense | nonsense is no command, must be one of demo|host|journal|keys|lab|bench",
        "lab | a command is missing, must be one of crash|swap|fault|fuzz",
        "lab nonsense | nonsense is no command, must be one of crash|swap|fault|fuzz",
        "journal nonsense | nonsense is no command, must be one of info|dump|state|verify|replay|export",
        "demo nonsense | nonsense",
        "demo --nonsense | --nonsense",
        "demo --trace DIR/missing | DIR/missing: no such file",
        "demo --trace DIR/bad | DIR/bad:1: not JSON",
        "demo --trace DIR/packed | DIR/packed: is compressed (gzip)",
        "demo --trace= | --trace': '' is not allowed, must be a path",
        "demo --trace DIR/negative | DIR/negative:1: input_length: -1",
        "demo --requests 0 | --requests: 0",
        "demo --requests 1000000 | --requests: 1000000",
        "demo --requests many | --requests': 'many' is not allowed, must be a whole number",
        "demo --requests 99999999999999 | must be a whole number from -2147483648 to 2147483647",
        "demo --block-bytes 0 | --block-bytes: 0",
        "demo --block-bytes 65MiB | --block-bytes: 68157440",
        "demo --block-bytes many | --block-bytes",
        "demo --l1-blocks 5 | --l1-blocks: 5",
        "demo --decode-l1-blocks 5 | --decode-l1-blocks: 5",
        "demo --prefill 2 --decode-l1-blocks 5 | (the longest request from each prefill host)",
        "demo --prefill 0 | --prefill: 0",
        "demo --decode 9 | --decode: 9",
        "demo --window 0 | --window: 0",
        "demo --channel pigeon | --channel",
        "demo --json DIR | --json: DIR",
        "demo --json DIR/missing/x.json | --json: DIR/missing/x.json",
        "demo --json - | --json: - is not allowed, must be a file",
        "demo --json= | must be a path",
        "demo --journal DIR/bad | --journal: DIR/bad",
        "demo --journal= | must be a path",
        "host | --config",
        "host --config DIR/missing | DIR/missing: no such file",
        "host --config DIR/bad | DIR/bad:1: not JSON",
        "keys | DIR",
        "keys DIR | DIR must be an empty or missing directory",
        "keys DIR/bad | DIR/bad is a file",
        "keys --days 0 DIR/new | --days: 0 is not allowed, must be 1 to 3650",
        "keys --sender a --receiver a DIR/new | --receiver: 'a' is not allowed twice",
        "keys --proxy ../p DIR/new | --proxy: '../p' is not allowed",
        "journal | a command is missing",
        "journal info | DIR",
        "journal info DIR/missing | DIR/missing: cannot be read, must be a directory that holds a journal: DIR/missing",
        "journal state DIR/empty | DIR/empty: holds no journal",
        "journal state --at nonsense DIR | --at: nonsense",
        "journal state --task 7 DIR | --task: 7",
        "journal state --at 1 --task 0/7 DIR | mutually exclusive",
        "journal dump --task 7 DIR | --task: 7",
        "journal dump --task 0/-7 DIR | --task: 0/-7",
        "journal dump --epoch -1 DIR | --epoch: -1",
        "journal dump --from 5 --to 3 DIR | --to: 3 is not allowed, must not be before --from 5",
        "journal dump --type NONSENSE DIR | NONSENSE",
        "journal replay DIR | --against",
        "journal replay --against pigeon DIR/one | --against: pigeon",
        "journal replay --against DIR/missing.jar DIR/one | no such file",
        "journal replay --against mock --speed -1 DIR/one | --speed: -1",
        "journal replay --against mock --patience 0 DIR/one | --patience: 0 is not allowed, must be at least 1",
        "journal replay --against mock --differences -1 DIR/one | --differences: -1 is not allowed, must be at least 0",
        "journal replay --against mock --set max_size=1 DIR/one | --set max_size: is no key of mock, must be one of max_size_gb",
        "journal export --out - DIR/one | --out: - is not allowed",
        "journal export --out DIR DIR/one | --out: DIR",
        "journal export --out DIR/missing/x DIR/one | --out: DIR/missing/x",
        "journal info --json DIR DIR/one | --json: DIR",
        "journal info --json DIR/missing/x.json DIR/one | --json: DIR/missing/x.json",
        "journal verify --json DIR DIR/one | --json: DIR",
        "journal verify --json DIR/missing/x.json DIR/one | --json: DIR/missing/x.json",
        "journal state --json DIR DIR/one | --json: DIR",
        "journal state --json DIR/missing/x.json DIR/one | --json: DIR/missing/x.json",
        "journal state --task 0/1 --json DIR DIR/one | --json: DIR",
        "journal state --task 0/1 --json DIR/missing/x.json DIR/one | --json: DIR/missing/x.json",
        "journal dump --json DIR DIR/one | --json: DIR",
        "journal dump --json DIR/missing/x.json DIR/one | --json: DIR/missing/x.json",
        "journal replay --against mock --json DIR DIR/one | --json: DIR",
        "journal replay --against mock --json DIR/missing/x.json DIR/one | --json: DIR/missing/x.json",
        "lab crash --json DIR/missing/x.json | --json: DIR/missing/x.json",
        "lab swap --json DIR/missing/x.json | --json: DIR/missing/x.json",
        "lab fault --json DIR/missing/x.json | --json: DIR/missing/x.json",
    })
    void usage(String arguments, String what) throws Exception {
        Files.writeString(directory.resolve("bad"), "nonsense\n");
        Files.createDirectories(directory.resolve("one/epoch-000000000000"));
        Files.createDirectories(directory.resolve("empty"));
        Files.write(directory.resolve("packed"), new byte[] {0x1F, (byte) 0x8B, 8, 0, '\n'});
        Files.writeString(
                directory.resolve("negative"),
                "{\"timestamp\": 0, \"input_length\": -1, \"output_length\": 1, \"hash_ids\": [1]}\n");
        String line = arguments.replace("DIR", directory.toString());
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = withErr(err, line.isEmpty() ? new String[0] : line.split(" "));
        String said = err.toString(StandardCharsets.UTF_8);
        String expected = arguments.contains("DIR") ? what.replace("DIR", directory.toString()) : what;
        assertEquals(ExitStatus.USAGE, status, said);
        assertEquals(1, said.lines().count(), said);
        assertTrue(said.contains(expected.strip()), said);
    }

    @Test
    @DisplayName("help ends with status 0")
    void help() throws Exception {
        PrintStream out = System.out;
        try {
            System.setOut(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
            assertEquals(ExitStatus.RIGHT, Kvdock.run("demo", "--help"));
        } finally {
            System.setOut(out);
        }
    }

    @ParameterizedTest
    @DisplayName("what the system refuses is one line too, with status 1")
    @CsvSource(delimiter = '|', value = {
        "journal info --json /dev/full DIR/one | No space left on device",
        "journal export --out /dev/full DIR/one | No space left on device",
        "keys /proc/keys-nowhere/new | /proc/keys-nowhere: no such file or directory",
    })
    void refused(String arguments, String what) throws Exception {
        Files.createDirectories(directory.resolve("one/epoch-000000000000"));
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = withErr(err, arguments.replace("DIR", directory.toString()).split(" "));
        String said = err.toString(StandardCharsets.UTF_8);
        assertEquals(ExitStatus.FAILED, status, said);
        assertEquals("kvdock: " + what.strip(), said.strip());
    }

    @ParameterizedTest
    @DisplayName("every command tells its version")
    @ValueSource(strings = {"-V", "demo -V", "journal dump --version", "lab crash --version", "keys -V"})
    void version(String arguments) throws Exception {
        PrintStream out = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
            assertEquals(ExitStatus.RIGHT, Kvdock.run(arguments.split(" ")));
        } finally {
            System.setOut(out);
        }
        assertEquals(CommandRun.VERSION, said.toString(StandardCharsets.UTF_8).strip());
    }

    private static int withErr(ByteArrayOutputStream to, String... args) {
        PrintStream err = System.err;
        try {
            System.setErr(new PrintStream(to, true, StandardCharsets.UTF_8));
            return Kvdock.run(args);
        } finally {
            System.setErr(err);
        }
    }
}
