package org.kvdock.itests.hotplug;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Jar;
import java.io.File;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.kvdock.itests.Jars;

/**
 * Somebody else's adapter: the sources of the example, compiled against the API jar alone, and made a bundle by bnd. No
 * class of kvdock but the API's is in sight.
 */
final class Stranger {
    static final String SYMBOLIC_NAME = "org.kvdock.example.directory";
    private static final Path SOURCES = Path.of("..", "examples", "directory-adapter", "src", "main");

    private Stranger() {}

    /**
     * @param directory for what comes of it
     * @return the bundle
     */
    static File build(Path directory) throws Exception {
        List<File> classPath = List.of(
                Jars.jar("l2-adapter-api"), Jars.jar("osgi.core"), Jars.jar("org.osgi.service.component.annotations"));
        Path classes = Files.createDirectories(directory.resolve("classes"));
        compile(classPath, classes);
        File bundle = directory.resolve("stranger.jar").toFile();
        try (Builder bnd = new Builder()) {
            bnd.addClasspath(classes.toFile());
            for (File jar : classPath) {
                bnd.addClasspath(jar);
            }
            bnd.setProperty("Bundle-SymbolicName", SYMBOLIC_NAME);
            bnd.setProperty("Bundle-Version", "1.0.0");
            bnd.setProperty("-privatepackage", "org.kvdock.example");
            bnd.setProperty("-includeresource", SOURCES.resolve("resources").toAbsolutePath().toString());
            try (Jar jar = bnd.build()) {
                if (!bnd.isOk()) {
                    throw new AssertionError("bnd: " + bnd.getErrors() + bnd.getWarnings());
                }
                jar.write(bundle);
            }
        }
        return bundle;
    }

    private static void compile(List<File> classPath, Path classes) throws Exception {
        List<String> options = new ArrayList<>(List.of("--release", "17", "-proc:none", "-d", classes.toString(), "-cp"));
        options.add(String.join(File.pathSeparator, classPath.stream().map(File::toString).toList()));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
                Stream<Path> sources = Files.walk(SOURCES.resolve("java"))) {
            List<Path> java = sources.filter(path -> path.toString().endsWith(".java")).toList();
            if (!compiler.getTask(said, files, null, options, null, files.getJavaFileObjectsFromPaths(java)).call()) {
                throw new AssertionError("the example does not compile against the API alone: " + said);
            }
        }
    }
}
