package org.kvdock.itests;

import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * The example adapter's project, built as its author builds it: from its sources, against nothing but the jars that its
 * pom names, by the bnd instructions that its pom has. Maven itself is left out, since it would need these jars installed.
 */
public final class ExampleProject {
    /** The project's folder, seen from this module's. */
    public static final Path HOME = Path.of("..", "examples", "directory-adapter").toAbsolutePath().normalize();

    private static final int RELEASE = 17;

    private final Document pom;

    /** A dependency as the pom has it. */
    record Dependency(String artifactId, String version, String scope) {}

    /** Reads the project's pom. */
    public ExampleProject() {
        try {
            pom = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(HOME.resolve("pom.xml").toFile());
        } catch (Exception e) {
            throw new IllegalStateException("cannot read the pom of " + HOME, e);
        }
    }

    /** @return the example's sources, without its tests */
    public static List<Path> sources() {
        return javaFiles(HOME.resolve("src/main/java"));
    }

    private static List<Path> javaFiles(Path root) {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Dependency> dependencies() {
        NodeList all = pom.getElementsByTagName("dependency");
        return IntStream.range(0, all.getLength())
                .mapToObj(i -> (Element) all.item(i))
                .map(dependency -> new Dependency(
                        text(dependency, "artifactId"), resolved(text(dependency, "version")), text(dependency, "scope")))
                .toList();
    }

    private String resolved(String version) {
        return version.equals("${kvdock.version}") ? text(pom.getDocumentElement(), "kvdock.version") : version;
    }

    private static String text(Element parent, String tag) {
        NodeList found = parent.getElementsByTagName(tag);
        return found.item(0).getTextContent().strip();
    }

    /**
     * Builds the bundle.
     *
     * @param work an empty directory for what comes out
     * @return the bundle
     */
    public File bundle(Path work) throws Exception {
        List<File> classPath = dependencies().stream()
                .filter(dependency -> dependency.scope().equals("provided"))
                .map(dependency -> Jars.jar(dependency.artifactId()))
                .toList();
        Path classes = work.resolve("classes");
        compile(sources(), classPath, classes);
        copy(HOME.resolve("src/main/resources"), classes);
        return assemble(classPath, classes, work);
    }

    private File assemble(List<File> classPath, Path classes, Path work) throws Exception {
        Properties instructions = new Properties();
        instructions.load(new StringReader(text(pom.getDocumentElement(), "bnd")));
        instructions.setProperty("Bundle-Version", text(pom.getDocumentElement(), "version"));
        instructions.setProperty("-includeresource", classes.toString());
        File bundle = work.resolve("directory-adapter.jar").toFile();
        BndBundle.build(instructions, classPath, bundle);
        return bundle;
    }

    /**
     * Compiles the project's own tests: the kit, over its adapter.
     *
     * @param bundle what {@link #bundle} built
     * @param work an empty directory for what comes out
     * @return a directory of classes
     */
    public Path tests(File bundle, Path work) throws Exception {
        List<File> classPath = new ArrayList<>(List.of(bundle));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (entry.endsWith(".jar")) {
                classPath.add(new File(entry));
            }
        }
        Path classes = work.resolve("test-classes");
        compile(javaFiles(HOME.resolve("src/test/java")), classPath, classes);
        return classes;
    }

    private static void compile(List<Path> sources, List<File> classPath, Path to) throws IOException {
        Files.createDirectories(to);
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        try (var files = javac.getStandardFileManager(null, null, null)) {
            StringBuilder said = new StringBuilder();
            boolean done = javac.getTask(
                            null, files, problem -> said.append(problem).append('\n'),
                            List.of("--release", Integer.toString(RELEASE), "-Xlint:all,-processing,-options,-classfile", "-proc:none",
                                    "-d", to.toString(), "-cp",
                                    classPath.stream().map(File::getPath).collect(Collectors.joining(File.pathSeparator))),
                            null, files.getJavaFileObjectsFromPaths(sources))
                    .call();
            // Newer compilers know lints that nothing here was ever checked against.
            boolean strict = Runtime.version().feature() == RELEASE;
            if (!done || strict && !said.isEmpty()) {
                throw new IllegalStateException("javac: " + said);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }
}
