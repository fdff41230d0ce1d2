package org.kvdock.fuzz.targets;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.kvdock.cli.workload.BadTraceException;
import org.kvdock.cli.workload.Request;
import org.kvdock.cli.workload.TraceReader;
import org.kvdock.cli.workload.Workload;
import org.kvdock.fuzz.Decoding;
import org.kvdock.fuzz.Finding;
import org.kvdock.fuzz.FuzzTarget;
import org.kvdock.fuzz.ScratchFile;

/** A trace of JSON lines. */
public final class TracesTarget implements FuzzTarget {
    /** The reader has one line's buffer of a mebibyte. */
    private static final Decoding DECODING = new Decoding(BadTraceException.class, 2 << 20, 200);

    private final ScratchFile file = new ScratchFile("trace.jsonl");

    @Override
    public String name() {
        return "traces";
    }

    @Override
    public List<byte[]> seeds() {
        String line = "{\"timestamp\": 10, \"input_length\": 1500, \"output_length\": 100, \"hash_ids\": [0, 1, 17]}";
        return List.of(
                bytes(line),
                bytes(line + "\n" + line.replace("10", "11").replace("[0, 1, 17]", "[]") + "\r\n"),
                bytes(line.replace("}", ", \"more\": {\"a\": [null, 1.5e3, \"\\u0041\"]}}")));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void run(byte[] input) throws IOException, BadTraceException {
        Path trace = file.with(input);
        Optional<Workload> workload = DECODING.decoded(input.length, () -> TraceReader.read(trace, 1000));
        if (workload.isPresent()) {
            String lines = lines(workload.get());
            Workload again = TraceReader.read(file.with(bytes(lines)), 1000);
            Finding.unless(lines.equals(lines(again)), "written again it reads otherwise: " + lines);
            Finding.unless(
                    again.references() == workload.get().references() && again.longest() == workload.get().longest()
                            && again.distinctBlocks() == workload.get().distinctBlocks(),
                    "other totals of the same requests");
        }
    }

    private static String lines(Workload workload) {
        return workload.requests().stream().map(TracesTarget::line).collect(Collectors.joining("\n"));
    }

    private static String line(Request request) {
        return "{\"hash_ids\":["
                + IntStream.range(0, request.size()).mapToObj(i -> String.valueOf(request.block(i))).collect(Collectors.joining(","))
                + "],\"output_length\":0,\"input_length\":0,\"timestamp\":" + request.arrivalMillis() + "}";
    }
}
