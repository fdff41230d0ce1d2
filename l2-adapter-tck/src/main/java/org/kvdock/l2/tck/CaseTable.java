package org.kvdock.l2.tck;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.kvdock.l2.tck.CaseResult.Outcome;

/**
 * The kit's cases by number, with their result for each adapter and channel: one table of the reports that
 * {@link CaseReport} has written, in any number of directories. A number has several tests where one is not enough; a
 * cell counts them, and a note says why any of them failed or was left out.
 */
public final class CaseTable {
    /** What every adapter has a result for; the rules' own cases come on top. */
    public static final List<String> NUMBERS = Stream.concat(
                    IntStream.rangeClosed(1, 8).mapToObj(n -> "A" + n), IntStream.rangeClosed(1, 30).mapToObj(Integer::toString))
            .toList();

    // A1 to A8 first, as they came first; then the kit's list; then what goes by a rule's number.
    private static final Comparator<String> BY_NUMBER = Comparator
            .comparingInt((String number) -> number.startsWith("A") ? 0 : Character.isDigit(number.charAt(0)) ? 1 : 2)
            .thenComparingInt(number -> Integer.parseInt("0" + number.replaceAll("\\D", "")))
            .thenComparing(Comparator.naturalOrder());

    private final Map<String, List<CaseResult>> columns = new TreeMap<>();

    private CaseTable() {}

    /**
     * @param directories where reports are; one that does not exist has none
     * @return the table of all of them
     * @throws IOException if a report cannot be read, or is none
     */
    public static CaseTable read(Collection<Path> directories) throws IOException {
        CaseTable table = new CaseTable();
        for (Path directory : directories) {
            if (Files.isDirectory(directory)) {
                try (Stream<Path> files = Files.list(directory)) {
                    for (Path file : files.filter(each -> each.toString().endsWith(CaseReport.SUFFIX)).sorted().toList()) {
                        table.add(file);
                    }
                }
            }
        }
        return table;
    }

    private void add(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.get(0).startsWith(CaseReport.COLUMN)) {
            throw new IOException(file + ": no report of the kit, its first line must begin with \"" + CaseReport.COLUMN + "\"");
        }
        String column = lines.get(0).substring(CaseReport.COLUMN.length());
        try {
            List<CaseResult> results = lines.stream().skip(1).map(CaseResult::parse).toList();
            if (columns.putIfAbsent(column, results) != null) {
                throw new IllegalArgumentException("a second report of " + column);
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /** @return adapters and channels, in order */
    public Set<String> columns() {
        return columns.keySet();
    }

    /** @return one line for each case that has no cell in a column, or fewer tests than in another; empty if it is whole */
    public List<String> gaps() {
        Map<String, Set<String>> known = new TreeMap<>(BY_NUMBER);
        NUMBERS.forEach(number -> known.put(number, new TreeSet<>()));
        columns.values().forEach(results -> results.forEach(result ->
                known.computeIfAbsent(result.number(), number -> new TreeSet<>()).add(result.what())));
        List<String> gaps = new ArrayList<>();
        columns.forEach((column, results) -> known.forEach((number, tests) -> {
            Set<String> missing = new TreeSet<>(tests);
            of(number, results).forEach(result -> missing.remove(result.what()));
            if (of(number, results).isEmpty()) {
                gaps.add(column + ": no result of case " + number);
            } else {
                missing.forEach(what -> gaps.add(column + ": no result of case " + number + ": " + what));
            }
        }));
        return gaps;
    }

    /** @return tests of that column that failed */
    public long failed(String column) {
        return count(columns.getOrDefault(column, List.of())).getOrDefault(Outcome.FAILED, 0L);
    }

    private static List<CaseResult> of(String number, List<CaseResult> results) {
        return results.stream().filter(result -> result.number().equals(number)).toList();
    }

    private static Map<Outcome, Long> count(List<CaseResult> results) {
        Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
        results.forEach(result -> counts.merge(result.outcome(), 1L, Long::sum));
        return counts;
    }

    // ---- what it looks like ----

    private static String words(Map<Outcome, Long> counts) {
        List<String> words = new ArrayList<>();
        counts.forEach((outcome, count) -> words.add(count + " " + outcome.word));
        return String.join(", ", words);
    }

    /** @return one line for each column: how many cases passed, failed, were left out */
    public String summary() {
        int width = columns.keySet().stream().mapToInt(String::length).max().orElse(0);
        StringBuilder out = new StringBuilder();
        columns.forEach((column, results) ->
                out.append(String.format("  %-" + Math.max(1, width) + "s  %s%n", column, words(count(results)))));
        return out.toString();
    }

    /** @return the table as Markdown, with its notes */
    public String markdown() {
        Notes notes = new Notes();
        List<List<String>> rows = rows(notes);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            List<String> cells = rows.get(i).stream().map(cell -> cell.replace("|", "\\|")).toList();
            out.append("| ").append(String.join(" | ", cells)).append(" |\n");
            if (i == 0) {
                out.append("|---".repeat(cells.size())).append("|\n");
            }
        }
        return out.append(notes.list("\n%d. %s")).append('\n').toString();
    }

    /** @return the table in columns of plain text, with its notes */
    public String text() {
        Notes notes = new Notes();
        List<List<String>> rows = rows(notes);
        StringBuilder out = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                int column = i;
                int width = rows.stream().mapToInt(each -> each.get(column).length()).max().orElse(1);
                line.append(String.format("%-" + (width + 2) + "s", row.get(i)));
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
        return out.append(notes.list("%n[%d] %s")).append('\n').toString();
    }

    private List<List<String>> rows(Notes notes) {
        Map<String, String> about = new TreeMap<>(BY_NUMBER);
        NUMBERS.forEach(number -> about.put(number, ""));
        columns.values().forEach(results -> results.forEach(result ->
                about.merge(result.number(), result.what(), (before, now) -> before.isEmpty() ? now : before)));
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("case"));
        head.addAll(columns.keySet());
        head.add("about");
        rows.add(head);
        about.forEach((number, what) -> {
            List<String> row = new ArrayList<>(List.of(number));
            columns.forEach((column, results) -> row.add(cell(of(number, results), column, notes)));
            row.add(what);
            rows.add(row);
        });
        return rows;
    }

    private static String cell(List<CaseResult> results, String column, Notes notes) {
        if (results.isEmpty()) {
            return "MISSING";
        }
        Map<Outcome, Long> counts = count(results);
        Set<String> marks = new TreeSet<>();
        for (CaseResult result : results) {
            if (result.outcome() != Outcome.PASSED) {
                marks.add("[" + notes.number(result, column) + "]");
            }
        }
        String words = results.size() == 1 ? results.get(0).outcome().word : words(counts);
        return words + (marks.isEmpty() ? "" : " " + String.join("", marks));
    }

    /** One note for each test that did not pass and each reason, with the columns that it holds for. */
    private static final class Notes {
        private final Map<String, Set<String>> columnsOf = new LinkedHashMap<>();

        int number(CaseResult result, String column) {
            String note = "case " + result.number() + ": " + result.what() + ": " + result.outcome().word + ": " + result.why();
            columnsOf.computeIfAbsent(note, added -> new TreeSet<>()).add(column);
            return new ArrayList<>(columnsOf.keySet()).indexOf(note) + 1;
        }

        String list(String format) {
            StringBuilder out = new StringBuilder();
            int number = 1;
            for (Map.Entry<String, Set<String>> note : columnsOf.entrySet()) {
                out.append(String.format(format, number++, note.getKey() + " (" + String.join(", ", note.getValue()) + ")"));
            }
            return out.toString();
        }
    }

    /**
     * Prints the table of the reports in some directories. Exit status 1 if a case failed or is missing, 2 for bad usage.
     *
     * @param directories at least one
     */
    public static void main(String[] directories) throws IOException {
        if (directories.length == 0) {
            System.err.println("usage: CaseTable DIRECTORY...   where -Dkvdock.tck.report=DIRECTORY has put reports");
            System.exit(2);
        }
        CaseTable table = read(Stream.of(directories).map(Path::of).toList());
        System.out.print(table.text());
        table.gaps().forEach(System.err::println);
        boolean good = !table.columns.isEmpty() && table.gaps().isEmpty()
                && table.columns().stream().allMatch(column -> table.failed(column) == 0);
        System.exit(good ? 0 : 1);
    }
}
