package org.kvdock.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** No object is ever made of bytes by the JDK's own means, in our code; and in what we ship nobody does it unnoticed. */
class NoSerializationIT {
    // Tests run in the module's folder.
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    /** What turns bytes or text into objects of any class, and what would carry such bytes. */
    private static final Set<String> FORBIDDEN = Set.of(
            "java/io/ObjectInputStream", "java/io/ObjectOutputStream", "java/io/ObjectInput", "java/io/ObjectOutput",
            "java/io/Externalizable", "java/io/ObjectInputFilter", "java/beans/XMLDecoder", "java/beans/XMLEncoder",
            "java/rmi/Remote", "java/rmi/server/UnicastRemoteObject", "java/rmi/MarshalledObject", "javax/naming/InitialContext",
            "javax/management/remote/JMXConnectorServer", "javax/script/ScriptEngineManager");
    private static final Pattern IN_SOURCES = Pattern.compile(
            "\\b(ObjectInputStream|ObjectOutputStream|ObjectInputFilter|Externalizable|XMLDecoder|XMLEncoder|MarshalledObject|readObject|readResolve"
                    + "|readUnshared|writeObject|writeReplace)\\b|implements [^{]*\\bSerializable\\b");

    /**
     * What others' jars have of it, and why it is out of reach: none of our classes calls these, and none of their inputs
     * comes from a peer or a file.
     */
    private static final Map<String, String> KNOWN = Map.of(
            "HdrHistogram", "histograms may be serialized; ours are counted into and printed",
            "chronicle-core", "one of the things by which its CPU warmer passes time",
            "chronicle-wire", "wires may hold objects; the journal writes and reads raw bytes alone",
            "jackson-core", "places in a text and quoted strings may be serialized; ours parse text",
            "org.apache.felix.configadmin", "the OSGi specification's permissions",
            "org.apache.felix.framework", "the same, and a map",
            "org.osgi.service.cm", "the same");

    private static List<Path> files(String pattern) throws IOException {
        try (Stream<Path> all = Files.walk(HOME)) {
            return all.filter(path -> HOME.relativize(path).toString().matches(pattern)).sorted().toList();
        }
    }

    @Test
    @DisplayName("R15: no source of ours reads or writes objects by Java serialization, or anything like it")
    void sources() throws IOException {
        List<Path> sources = files("(?!.*target/).*/src/(main|it)/.*\\.java");
        assertTrue(sources.size() > 300, () -> sources.size() + " sources");
        List<String> found = new ArrayList<>();
        for (Path source : sources) {
            int number = 0;
            for (String line : Files.readAllLines(source)) {
                number++;
                Matcher matcher = IN_SOURCES.matcher(line);
                if (matcher.find()) {
                    found.add(HOME.relativize(source) + ":" + number + ": " + matcher.group());
                }
            }
        }
        assertEquals(List.of(), found);
    }

    @Test
    @DisplayName("R15: no class in a jar of ours knows of it, and none says that it is serializable; exceptions inherit it")
    void ourJars() throws IOException {
        List<Path> jars = files("[a-z0-9-]+/target/[a-z0-9-]+-[0-9.]+(-SNAPSHOT)?\\.jar");
        assertTrue(jars.size() >= 8, jars::toString);
        List<String> found = new ArrayList<>();
        int classes = 0;
        for (Path jar : jars) {
            for (ClassFile file : classFiles(Files.newInputStream(jar))) {
                if (!file.name.startsWith("org/kvdock/")) {
                    continue;
                }
                classes++;
                file.constants.stream().filter(FORBIDDEN::contains).forEach(name -> found.add(jar.getFileName() + ": " + file.name + ": " + name));
                if (file.constants.contains("implements java/io/Serializable")) {
                    found.add(jar.getFileName() + ": " + file.name + ": says that it is serializable");
                }
            }
        }
        assertTrue(classes > 300, classes + " classes");
        assertEquals(List.of(), found);
    }

    @Test
    @DisplayName("R15: of the jars that are shipped beside ours or inside them, those that know of it are known, with a reason")
    void othersJars() throws IOException {
        Set<String> knowing = new TreeSet<>();
        Set<String> shipped = new TreeSet<>();
        List<Path> jars = new ArrayList<>(files("kvdock-cli/target/lib/[^/]*\\.jar"));
        assertTrue(jars.size() > 20, jars::toString);
        jars.removeIf(jar -> jar.getFileName().toString().contains("SNAPSHOT") && !jar.getFileName().toString().startsWith("chronicle-journal"));
        for (Path jar : jars) {
            for (Map.Entry<String, List<ClassFile>> part : partsOf(jar).entrySet()) {
                shipped.add(part.getKey());
                for (ClassFile file : part.getValue()) {
                    if (file.constants.stream().anyMatch(FORBIDDEN::contains)) {
                        knowing.add(part.getKey());
                    }
                }
            }
        }
        assertTrue(shipped.contains("chronicle-wire") && shipped.contains("jeromq"), shipped::toString);
        assertEquals(new TreeSet<>(KNOWN.keySet()), knowing, "jars that know of serialization, and those that somebody has looked at");
    }

    /** What a test must know of a class: its constant pool's texts, among which are the names of all classes that it uses. */
    private record ClassFile(String name, Set<String> constants) {}

    private static Map<String, List<ClassFile>> partsOf(Path jar) throws IOException {
        Map<String, List<ClassFile>> parts = new TreeMap<>();
        parts.put(name(jar.getFileName().toString()), classFiles(Files.newInputStream(jar)));
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (entry.getName().endsWith(".jar")) {
                    parts.put(name(Path.of(entry.getName()).getFileName().toString()), classFiles(new ByteArrayInputStream(in.readAllBytes())));
                }
            }
        }
        return parts;
    }

    private static String name(String jar) {
        return jar.replaceFirst("-[0-9].*", "");
    }

    private static List<ClassFile> classFiles(InputStream jar) throws IOException {
        List<ClassFile> files = new ArrayList<>();
        try (ZipInputStream in = new ZipInputStream(jar)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (entry.getName().endsWith(".class")) {
                    files.add(new ClassFile(entry.getName(), constants(new DataInputStream(in))));
                }
            }
        }
        return files;
    }

    /** The constant pool's texts, and each interface behind the word implements, by chapter 4 of the JVM specification. */
    private static Set<String> constants(DataInputStream in) throws IOException {
        Set<String> texts = new TreeSet<>();
        in.skipNBytes(8);
        int count = in.readUnsignedShort();
        String[] names = new String[count];
        int[] classes = new int[count];
        for (int i = 1; i < count; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> {
                    names[i] = in.readUTF();
                    texts.add(names[i]);
                }
                case 7 -> classes[i] = in.readUnsignedShort();
                case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
                case 5, 6 -> {
                    in.skipNBytes(8);
                    i++;
                }
                case 8, 16, 19, 20 -> in.skipNBytes(2);
                case 15 -> in.skipNBytes(3);
                default -> throw new IOException("a constant of kind " + tag);
            }
        }
        // Access, this class, the one above it, then its interfaces.
        in.skipNBytes(6);
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            texts.add("implements " + names[classes[in.readUnsignedShort()]]);
        }
        return texts;
    }
}
