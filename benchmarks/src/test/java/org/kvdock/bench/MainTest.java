package org.kvdock.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kvdock.cli.ExitStatus;

class MainTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @DisplayName("bad usage of the benchmarks ends with status 2 and one line, before anything is measured")
    @CsvSource(delimiter = '|', value = {
        "--nonsense | --nonsense",
        "--only nonsense | --only: nonsense",
        "--trace DIR/missing | DIR/missing: no such file",
        "--only staging --trace DIR | DIR: is a directory",
        "--only staging --trace DIR/bad | DIR/bad:1: not JSON",
        "--json DIR | --json: DIR",
        "--only tasks --json DIR/missing/x.json | --json: DIR/missing/x.json",
    })
    void badUsage(String arguments, String what) throws Exception {
        Files.writeString(directory.resolve("bad"), "nonsense\n");
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream err = System.err;
        int status;
        try {
            System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
            status = Main.run(arguments.replace("DIR", directory.toString()).split(" "));
        } finally {
            System.setErr(err);
        }
        String text = said.toString(StandardCharsets.UTF_8);
        assertEquals(ExitStatus.USAGE, status, text);
        assertEquals(1, text.lines().count(), text);
        assertTrue(text.contains(what.replace("DIR", directory.toString())), text);
    }
}
