package org.kvdock.l2.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.kvdock.example.Troubled;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.journal.TaskJournals;
import org.kvdock.l2.tck.CaseResult.Outcome;

/** The table of cases tells what the kit's tests told, and what nobody told. */
class CaseTableTest {
    @TempDir
    private Path reports;

    /** An adapter whose fixture knows no trouble, under a kit of which one test fails. Run by this test only. */
    @DisplayName("a vendor's")
    static class Vendor extends AdapterTck {
        @TempDir
        private Path temp;

        @Override
        protected TestedAdapter open(Map<String, Object> settings, TaskJournals journals) throws IOException {
            L2Adapter adapter = Troubled.open(Files.createTempDirectory(temp, "chunks"), settings, journals, false);
            return () -> adapter;
        }

        @Test
        @DisplayName("case 2: eventfds are non-blocking and close-on-exec")
        @Override
        public void flags() {
            throw new AssertionError("what\twas\nseen | here");
        }

        @Test
        @DisplayName("a test of the vendor's own")
        void own() {}
    }

    private void run(String... tests) {
        String before = System.setProperty("kvdock.tck.report", reports.toString());
        try {
            LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
            for (String test : tests) {
                request.selectors(DiscoverySelectors.selectMethod(Vendor.class, test));
            }
            LauncherFactory.create().execute(request.build());
        } finally {
            if (before == null) {
                System.clearProperty("kvdock.tck.report");
            } else {
                System.setProperty("kvdock.tck.report", before);
            }
        }
    }

    private CaseTable read() throws IOException {
        return CaseTable.read(List.of(reports, reports.resolve("nobody")));
    }

    @Test
    @DisplayName("a run leaves what passed, what failed with its words, what was left out with its reason; own tests are not the kit's")
    void runs() throws IOException {
        run("distinct", "flags", "othersGoOn", "own");
        CaseTable table = read();
        assertEquals(List.of("a vendor's"), List.copyOf(table.columns()));
        assertEquals(1, table.failed("a vendor's"));
        assertTrue(table.summary().contains("a vendor's  1 passed, 1 FAILED, 1 left out"), table.summary());
        String text = table.text();
        assertTrue(text.contains("\n1     passed "), text);
        assertTrue(text.contains("\n2     FAILED [1] "), text);
        assertTrue(text.contains("\n26    left out [2] "), text);
        assertTrue(text.contains("\n30    MISSING\n"), text);
        assertTrue(text.contains("[1] case 2: eventfds are non-blocking and close-on-exec: FAILED: what was seen | here (a vendor's)"), text);
        assertTrue(text.contains(": left out: Assumption failed: the fixture cannot stall a STORE (a vendor's)"), text);
        String markdown = table.markdown();
        assertTrue(markdown.startsWith("| case | a vendor's | about |\n|---|---|---|\n| A1 | MISSING |"), markdown);
        assertTrue(markdown.contains("| 2 | FAILED [1] | eventfds are"), markdown);
    }

    @Test
    @DisplayName("a second run begins afresh")
    void twice() throws IOException {
        run("distinct");
        run("distinct");
        assertTrue(read().summary().endsWith("  1 passed\n"), read().summary());
    }

    private void write(String column, List<CaseResult> results) throws IOException {
        List<String> lines = new ArrayList<>(List.of(CaseReport.COLUMN + column));
        results.forEach(result -> lines.add(result.line()));
        Files.write(reports.resolve(column + CaseReport.SUFFIX), lines);
    }

    private static CaseResult passed(String number, String what) {
        return new CaseResult(number, what, Outcome.PASSED, "");
    }

    private static List<CaseResult> whole() {
        List<CaseResult> all = new ArrayList<>();
        CaseTable.NUMBERS.forEach(number -> all.add(passed(number, "about " + number)));
        return all;
    }

    @Test
    @DisplayName("a table with a cell for A1-A8 and 1-30 in each column is whole; one cell less is told, with its column")
    void gaps() throws IOException {
        assertEquals(38, CaseTable.NUMBERS.size());
        write("one", whole());
        write("other", whole());
        assertEquals(List.of(), read().gaps());
        for (String number : CaseTable.NUMBERS) {
            List<CaseResult> less = whole();
            less.removeIf(result -> result.number().equals(number));
            write("other", less);
            assertEquals(List.of("other: no result of case " + number), read().gaps());
        }
    }

    @Test
    @DisplayName("a test that one column has and another has not is a gap, also under a rule's number")
    void fewerTests() throws IOException {
        List<CaseResult> more = whole();
        more.add(passed("17", "close, and once more"));
        more.add(passed("R16", "the fold"));
        write("one", more);
        write("other", whole());
        assertEquals(
                List.of("other: no result of case 17: close, and once more", "other: no result of case R16"), read().gaps());
        assertTrue(read().text().contains("\n17    2 passed  passed"), read().text());
    }

    @Test
    @DisplayName("rows go by number: A1 to A8, 1 to 30, then the rules'")
    void order() throws IOException {
        List<CaseResult> all = whole();
        all.add(0, passed("R9", "leases"));
        all.add(0, passed("R16", "the fold"));
        write("one", all);
        List<String> numbers = read().text().lines().skip(1).filter(line -> !line.isEmpty())
                .map(line -> line.substring(0, line.indexOf(' '))).toList();
        List<String> expected = new ArrayList<>(CaseTable.NUMBERS);
        expected.addAll(List.of("R9", "R16"));
        assertEquals(expected, numbers);
    }

    @Test
    @DisplayName("what is no report, and a second one for a column, is refused with the file's name")
    void refused() throws IOException {
        Path file = reports.resolve("x" + CaseReport.SUFFIX);
        for (String content : List.of("", "case\n", "# x\n1\tabout\tpassed\n", "# x\n1\tabout\tperhaps\t\n")) {
            Files.writeString(file, content);
            IOException e = assertThrows(IOException.class, this::read, content);
            assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
        }
        Files.delete(file);
        write("one", whole());
        Files.copy(reports.resolve("one" + CaseReport.SUFFIX), file);
        assertTrue(assertThrows(IOException.class, this::read).getMessage().contains("a second report of one"));
    }
}
