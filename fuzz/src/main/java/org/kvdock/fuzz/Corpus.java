package org.kvdock.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Inputs of a target that campaigns found to reach something that no other one reaches: one file of text for each target,
 * one input in each line in base 64, the shortest first.
 */
public final class Corpus {
    /** Longer inputs are left out: the corpus is run by every build. */
    static final int MOST_INPUT_BYTES = 4096;
    /** So many of a target, the shortest ones. */
    static final int MOST_INPUTS = 250;

    private static final Comparator<byte[]> SHORTEST_FIRST =
            Comparator.<byte[]>comparingInt(input -> input.length).thenComparing(Arrays::compare);

    private Corpus() {}

    private static String fileName(FuzzTarget target) {
        return target.name() + ".txt";
    }

    /** @return the inputs that this module brings along */
    public static List<byte[]> ofModule(FuzzTarget target) throws IOException {
        try (InputStream in = Corpus.class.getResourceAsStream("corpus/" + fileName(target))) {
            return in == null ? List.of() : parse(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
        }
    }

    /** @return the inputs that stand in a directory's file; none if there is no such file */
    static List<byte[]> in(Path directory, FuzzTarget target) throws IOException {
        Path file = directory.resolve(fileName(target));
        return Files.exists(file) ? parse(Files.readString(file, StandardCharsets.US_ASCII)) : List.of();
    }

    private static List<byte[]> parse(String text) {
        return text.lines().map(Base64.getDecoder()::decode).toList();
    }

    /** Writes the directory's file anew. */
    static void write(Path directory, FuzzTarget target, List<byte[]> inputs) throws IOException {
        Files.write(
                directory.resolve(fileName(target)),
                inputs.stream()
                        .filter(input -> input.length > 0 && input.length <= MOST_INPUT_BYTES)
                        .sorted(SHORTEST_FIRST)
                        .limit(MOST_INPUTS)
                        .map(Base64.getEncoder()::encodeToString)
                        .toList(),
                StandardCharsets.US_ASCII);
    }

    /** Puts each input into a file of its own, as Jazzer wants them. */
    static void unpack(List<byte[]> inputs, Path directory) throws IOException {
        Files.createDirectories(directory);
        for (int i = 0; i < inputs.size(); i++) {
            Files.write(directory.resolve("begin-" + i), inputs.get(i));
        }
    }

    /** @return what the files of a directory hold */
    static List<byte[]> pack(Path directory) throws IOException {
        List<byte[]> inputs = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                inputs.add(Files.readAllBytes(file));
            }
        }
        return inputs;
    }

    /** @return the target's own seeds, then the corpus, that of the directory if one is given */
    static List<byte[]> beginning(FuzzTarget target, Optional<Path> directory) throws IOException {
        List<byte[]> inputs = new ArrayList<>(target.seeds());
        inputs.addAll(directory.isPresent() ? in(directory.get(), target) : ofModule(target));
        return inputs;
    }
}
