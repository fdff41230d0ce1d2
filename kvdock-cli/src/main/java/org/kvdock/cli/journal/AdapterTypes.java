package org.kvdock.cli.journal;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.kvdock.cli.UsageException;
import org.kvdock.l2.L2AdapterFactory;

/** Adapter types to replay against: those of this command line, and those of a jar that is named instead. */
final class AdapterTypes implements AutoCloseable {
    private final L2AdapterFactory factory;
    // null for the command line's own
    private final URLClassLoader jar;

    private AdapterTypes(L2AdapterFactory factory, URLClassLoader jar) {
        this.factory = factory;
        this.jar = jar;
    }

    /**
     * @param against a type, or a jar
     * @return that type, or the jar's only one
     * @throws UsageException if there is none, or the jar has several
     * @throws IOException if the jar cannot be read
     */
    static AdapterTypes of(String against) throws UsageException, IOException {
        if (!against.endsWith(".jar")) {
            List<L2AdapterFactory> known = factories(AdapterTypes.class.getClassLoader());
            return new AdapterTypes(
                    known.stream()
                            .filter(factory -> factory.type().equals(against))
                            .findFirst()
                            .orElseThrow(() -> new UsageException("--against: " + against
                                    + " is not allowed, must be a jar or one of " + types(known))),
                    null);
        }
        Path file = Path.of(against);
        if (!Files.isRegularFile(file)) {
            throw new UsageException("--against: " + against + ": no such file");
        }
        URLClassLoader jar = new URLClassLoader(new URL[] {file.toUri().toURL()}, AdapterTypes.class.getClassLoader());
        List<L2AdapterFactory> own = factories(jar).stream()
                .filter(factory -> factory.getClass().getClassLoader() == jar)
                .toList();
        if (own.size() != 1) {
            jar.close();
            throw new UsageException("--against: " + against + " has " + own.size() + " adapter types, must have one");
        }
        return new AdapterTypes(own.get(0), jar);
    }

    private static List<L2AdapterFactory> factories(ClassLoader loader) {
        return ServiceLoader.load(L2AdapterFactory.class, loader).stream().map(ServiceLoader.Provider::get).toList();
    }

    private static String types(List<L2AdapterFactory> factories) {
        return factories.stream().map(L2AdapterFactory::type).sorted().collect(Collectors.joining(", "));
    }

    L2AdapterFactory factory() {
        return factory;
    }

    @Override
    public void close() throws IOException {
        if (jar != null) {
            jar.close();
        }
    }
}
