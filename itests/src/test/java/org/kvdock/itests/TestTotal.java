package org.kvdock.itests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * How many tests the whole build ran, from the reports that each module's tests have left; the build shows it last. Reports
 * of classes that an earlier build ran and this one did not count too, until a clean.
 */
public final class TestTotal {
    private final Path root;
    private long tests;
    private long failed;
    private long skipped;
    private int modules;

    private TestTotal(Path root) {
        this.root = root;
    }

    /** @param arguments the directory of all modules */
    public static void main(String[] arguments) throws IOException {
        System.out.println(new TestTotal(Path.of(arguments[0])).line());
    }

    private String line() throws IOException {
        for (Path module : list(root)) {
            long before = tests;
            for (String kind : List.of("surefire-reports", "failsafe-reports")) {
                for (Path report : list(module.resolve("target").resolve(kind))) {
                    if (report.getFileName().toString().matches("TEST-.*\\.xml")) {
                        add(report);
                    }
                }
            }
            modules += tests > before ? 1 : 0;
        }
        return "All " + modules + " modules with tests: " + (tests - failed - skipped) + " passed, " + failed + " failed, "
                + skipped + " skipped";
    }

    private static List<Path> list(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private void add(Path report) throws IOException {
        try (InputStream in = Files.newInputStream(report)) {
            XMLInputFactory factory = XMLInputFactory.newFactory();
            factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
            XMLStreamReader xml = factory.createXMLStreamReader(in);
            xml.nextTag();
            tests += number(xml, "tests");
            failed += number(xml, "failures") + number(xml, "errors");
            skipped += number(xml, "skipped");
        } catch (XMLStreamException e) {
            throw new IOException(report + ": " + e.getMessage(), e);
        }
    }

    private static long number(XMLStreamReader xml, String attribute) {
        return Long.parseLong(xml.getAttributeValue(null, attribute));
    }
}
