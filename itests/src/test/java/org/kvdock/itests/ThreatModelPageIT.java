package org.kvdock.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/threat-model.md says nothing that no test shows. */
class ThreatModelPageIT {
    // Tests run in the module's folder.
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final Path PAGE = HOME.resolve("docs/threat-model.md");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+)\\.(\\w+)`");
    private static final Pattern TEST_TABLE = Pattern.compile("\\| what.* \\| test \\|");

    private static List<Path> sources() throws IOException {
        try (Stream<Path> all = Files.walk(HOME)) {
            return all.filter(path -> HOME.relativize(path).toString().matches("(?!.*target/)[^/]+/src/.*\\.java")).toList();
        }
    }

    /** Whether one of the classes of that name has that method, and a test framework calls it. */
    private static boolean isTest(List<Path> sources, String type, String method) throws IOException {
        Pattern declared = Pattern.compile("@(Test|ParameterizedTest|TestFactory)\\b[^;]*?(void|Stream<DynamicTest>) " + method + "\\(", Pattern.DOTALL);
        for (Path source : sources) {
            // Strings may hold braces; a display name is all that stands between an annotation and its method.
            if (source.getFileName().toString().equals(type + ".java")
                    && declared.matcher(Files.readString(source).replaceAll("\"([^\"\\\\\\n]|\\\\.)*\"", "\"\"")).find()) {
                return true;
            }
        }
        return false;
    }

    @Test
    @DisplayName("threat-model.md: each test that it names exists")
    void namesTests() throws IOException {
        List<Path> sources = sources();
        List<String> missing = new ArrayList<>();
        int named = 0;
        Matcher tests = TEST.matcher(Files.readString(PAGE));
        while (tests.find()) {
            named++;
            if (!isTest(sources, tests.group(1), tests.group(2))) {
                missing.add(tests.group());
            }
        }
        assertTrue(named > 60, named + " tests are named");
        assertEquals(List.of(), missing);
    }

    @Test
    @DisplayName("threat-model.md: each row of its tables of what can and cannot be done names a test")
    void everyRowHasOne() throws IOException {
        List<String> without = new ArrayList<>();
        int rows = 0;
        boolean inTable = false;
        for (String line : Files.readAllLines(PAGE)) {
            inTable = inTable ? line.startsWith("|") : TEST_TABLE.matcher(line).matches();
            if (inTable && !line.startsWith("|---") && !TEST_TABLE.matcher(line).matches()) {
                rows++;
                if (!TEST.matcher(line.substring(line.lastIndexOf('|', line.length() - 2))).find()) {
                    without.add(line);
                }
            }
        }
        assertTrue(rows > 40, rows + " rows");
        assertEquals(List.of(), without);
    }

    @Test
    @DisplayName("a test that is not there is seen")
    void seesWhatIsMissing() throws IOException {
        List<Path> sources = sources();
        assertTrue(isTest(sources, "ThreatModelPageIT", "namesTests"));
        assertTrue(isTest(sources, "CorpusTest", "everythingHolds"));
        assertEquals(false, isTest(sources, "ThreatModelPageIT", "sources"));
        assertEquals(false, isTest(sources, "ThreatModelPageIT", "nothing"));
        assertEquals(false, isTest(sources, "NoSuchTest", "namesTests"));
    }
}
