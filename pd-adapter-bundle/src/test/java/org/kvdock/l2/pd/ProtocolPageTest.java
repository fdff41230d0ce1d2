package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.KvLayout;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.MessageCodec;
import org.kvdock.l2.pd.wire.ProtocolException;
import org.kvdock.l2.tck.Chunks;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.Value;
import org.msgpack.value.ValueFactory;

/** docs/pd-protocol.md says what the code does: each message, field, type, bound and state, and tests that there are. */
class ProtocolPageTest {
    // Tests run in the module's folder.
    private static final Path HOME = Path.of("..");
    private static final Pattern BOUNDS = Pattern.compile("(-?[\\d,]+) to (-?[\\d,]+)");
    private static final Pattern MOST = Pattern.compile("at most ([\\d,]+)");
    private static final Pattern ITEMS = Pattern.compile("([\\d,]+) items");

    /** One of each, every list with an item. */
    private static final List<Message> EXAMPLES = List.of(
            new Message.Hello(1, "n", 1, 0, List.of("tcp")),
            new Message.Welcome(1, 1, "tcp", 1, 1, 1),
            new Message.ChannelAddress(1, new byte[] {1}),
            new Message.Reserve(1, 1, "r", true, 1, 1, Chunks.keys("k", 1), new int[] {1}, new KvLayout("f", List.of(1L), "d", 1)),
            new Message.Alloc(1, new int[] {0}, new long[] {1}, new long[] {1}, new long[] {0}, new int[] {0}),
            new Message.Segment(1, 1, new byte[] {1}),
            new Message.SegmentsGone(new long[] {1}),
            new Message.Refused(1, ErrorCode.NO_ROOM, "t"),
            new Message.Lapsed(1),
            new Message.Commit(1, 1, new long[] {1}, new int[] {1}, new int[] {1}),
            new Message.CommitAck(1, new long[] {1}, new long[] {1}, ErrorCode.NONE, "t"),
            new Message.Abort(1),
            new Message.Cancel("r"),
            new Message.Heartbeat(new long[] {1}));

    private record Row(String field, String type, String bounds) {}

    private static String page() throws IOException {
        return Files.readString(HOME.resolve("docs/pd-protocol.md"));
    }

    private static String section(String title) throws IOException {
        String page = page();
        int from = page.indexOf("\n" + title + "\n");
        assertTrue(from >= 0, "no section " + title);
        int level = title.indexOf(' ');
        Matcher next = Pattern.compile("\n#{1," + level + "} ").matcher(page);
        return page.substring(from, next.find(from + title.length()) ? next.start() : page.length());
    }

    /** @return the cells of each row that begins with a word in code, without the marks */
    private static List<List<String>> rows(String text) {
        return text.lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> Arrays.stream(line.substring(1, line.lastIndexOf('|')).split("\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
    }

    private static String bare(String code) {
        return code.replace("`", "");
    }

    private static Map<String, List<Row>> messages() throws IOException {
        Map<String, List<Row>> messages = new LinkedHashMap<>();
        Matcher titles = Pattern.compile("\n### (\\w+)\n").matcher(section("## Messages"));
        while (titles.find()) {
            messages.put(titles.group(1), rows(section("### " + titles.group(1))).stream()
                    .map(cells -> new Row(bare(cells.get(0)), cells.get(1), cells.get(2)))
                    .toList());
        }
        return messages;
    }

    private static Map<String, Value> fields(byte[] message) throws IOException {
        Map<String, Value> fields = new LinkedHashMap<>();
        try (MessageUnpacker in = MessagePack.newDefaultUnpacker(message)) {
            in.unpackValue().asMapValue().map().forEach((name, value) -> fields.put(name.asStringValue().asString(), value));
        }
        return fields;
    }

    private static byte[] bytes(Map<String, Value> fields) throws IOException {
        try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
            out.packMapHeader(fields.size());
            for (Map.Entry<String, Value> field : fields.entrySet()) {
                out.packString(field.getKey());
                out.packValue(field.getValue());
            }
            return out.toByteArray();
        }
    }

    @Test
    @DisplayName("the page has every message and every field that goes out, and nothing else")
    void everyField() throws IOException {
        assertEquals(Message.class.getPermittedSubclasses().length, EXAMPLES.size());
        Map<String, List<Row>> page = messages();
        Set<String> seen = new HashSet<>();
        for (Message example : EXAMPLES) {
            Map<String, Value> fields = fields(MessageCodec.encode(example));
            String type = fields.remove("type").asStringValue().asString();
            seen.add(type);
            assertTrue(page.containsKey(type), type);
            assertEquals(fields.keySet(), page.get(type).stream().map(Row::field).collect(Collectors.toSet()), type);
        }
        assertEquals(seen, page.keySet());
    }

    @Test
    @DisplayName("every field must be there and be of its type, is taken at its bounds and refused past them, by name")
    void everyBound() throws IOException {
        Map<String, List<Row>> page = messages();
        int bounds = 0;
        for (Message example : EXAMPLES) {
            byte[] whole = MessageCodec.encode(example);
            String type = fields(whole).get("type").asStringValue().asString();
            MessageCodec.decode(whole);
            for (Row row : page.get(type)) {
                if (row.type.equals("ignored")) {
                    continue;
                }
                refuse(whole, type, row.field, null);
                refuse(whole, type, row.field, ValueFactory.newFloat(1.5));
                bounds += bounds(whole, type, row);
            }
        }
        assertTrue(bounds > 100, bounds + " bounds were tried");
    }

    /** @return how many values were tried */
    private static int bounds(byte[] whole, String type, Row row) throws IOException {
        boolean list = row.type.startsWith("list of ");
        List<Value> taken = new ArrayList<>();
        List<Value> refused = new ArrayList<>();
        switch (row.type.replace("list of ", "")) {
            case "int" -> numbers(row, taken, refused);
            case "text" -> {
                int most = (int) number(MOST, row.bounds, 1);
                taken.add(ValueFactory.newString("x".repeat(most)));
                refused.add(ValueFactory.newString("x".repeat(most + 1)));
            }
            case "bytes" -> {
                if (list) {
                    // Keys: their form is checked, not their number of bytes.
                    refused.add(ValueFactory.newBinary(new byte[] {1, 2, 3}));
                } else {
                    int most = (int) number(MOST, row.bounds, 1);
                    taken.add(ValueFactory.newBinary(new byte[most]));
                    refused.add(ValueFactory.newBinary(new byte[most + 1]));
                }
            }
            case "true/false" -> taken.add(ValueFactory.newBoolean(false));
            default -> throw new AssertionError(type + "." + row.field + " is of a type that nobody knows: " + row.type);
        }
        for (Value value : taken) {
            MessageCodec.decode(with(whole, row.field, list ? ValueFactory.newArray(value) : value));
        }
        for (Value value : refused) {
            refuse(whole, type, row.field, list ? ValueFactory.newArray(value) : value);
        }
        if (list) {
            int items = (int) number(ITEMS, row.bounds, 1);
            Value item = fields(whole).get(row.field).asArrayValue().get(0);
            Value tooMany = ValueFactory.newArray(IntStream.rangeClosed(0, items).mapToObj(i -> item).toArray(Value[]::new));
            String why = assertThrows(ProtocolException.class, () -> MessageCodec.decode(with(whole, row.field, tooMany)),
                    type + "." + row.field).getMessage();
            assertTrue(items < Limits.ITEMS || why.contains(Integer.toString(items)), why);
        }
        return taken.size() + refused.size();
    }

    private static void numbers(Row row, List<Value> taken, List<Value> refused) {
        boolean any = row.bounds.equals("any");
        long least = any ? Long.MIN_VALUE : number(BOUNDS, row.bounds, 1);
        long most = any ? Long.MAX_VALUE : number(BOUNDS, row.bounds, 2);
        taken.add(ValueFactory.newInteger(least));
        taken.add(ValueFactory.newInteger(most));
        if (least > Long.MIN_VALUE) {
            refused.add(ValueFactory.newInteger(least - 1));
        }
        if (most < Long.MAX_VALUE) {
            refused.add(ValueFactory.newInteger(most + 1));
        }
    }

    private static long number(Pattern pattern, String text, int group) {
        Matcher matcher = pattern.matcher(text);
        assertTrue(matcher.find(), "no " + pattern + " in '" + text + "'");
        return Long.parseLong(matcher.group(group).replace(",", ""));
    }

    private static byte[] with(byte[] whole, String field, Value value) throws IOException {
        Map<String, Value> fields = fields(whole);
        if (value == null) {
            fields.remove(field);
        } else {
            fields.put(field, value);
        }
        return bytes(fields);
    }

    private static void refuse(byte[] whole, String type, String field, Value value) throws IOException {
        byte[] bad = with(whole, field, value);
        String what = type + "." + field + (value == null ? " is missing" : " of type " + value.getValueType());
        String why = assertThrows(ProtocolException.class, () -> MessageCodec.decode(bad), what).getMessage();
        assertTrue(why.contains(field), what + ": " + why);
        assertFalse(why.contains("\n"), why);
    }

    @Test
    @DisplayName("the page's bounds are those of the code, all of them")
    void limits() throws Exception {
        Map<String, Long> page = new HashMap<>();
        for (List<String> cells : rows(section("## Frames"))) {
            page.put(bare(cells.get(0)), Long.parseLong(cells.get(1).replace(",", "")));
        }
        Map<String, Long> code = new HashMap<>();
        for (Field field : Limits.class.getFields()) {
            assertTrue(Modifier.isStatic(field.getModifiers()));
            code.put(field.getName(), ((Number) field.get(null)).longValue());
        }
        assertEquals(code, page);
    }

    @Test
    @DisplayName("the page's states are those of the code, all of them")
    void states() throws Exception {
        Map<String, String> enums = Map.of(
                "SenderLink", "receiver.SenderLink$State",
                "InboundTransfer", "receiver.InboundTransfer$Chunk",
                "LinkState", "sender.LinkState",
                "Transfer", "sender.Transfer$Chunk",
                "FrameDecoder", "wire.FrameDecoder$State");
        Matcher blocks = Pattern.compile("\\(`(\\w+)`\\):\n\n```\n(.*?)```", Pattern.DOTALL).matcher(section("## States"));
        Set<String> seen = new HashSet<>();
        while (blocks.find()) {
            seen.add(blocks.group(1));
            Set<String> named = new LinkedHashSet<>();
            Matcher words = Pattern.compile("\\b[A-Z][A-Z_]+\\b").matcher(blocks.group(2));
            while (words.find()) {
                named.add(words.group());
            }
            Set<String> states = Arrays.stream(Class.forName("org.kvdock.l2.pd." + enums.get(blocks.group(1))).getEnumConstants())
                    .map(Object::toString)
                    .collect(Collectors.toSet());
            assertEquals(states, named, blocks.group(1));
        }
        assertEquals(enums.keySet(), seen);
    }

    @Test
    @DisplayName("LMCache's words and their fields are those of the captures, all of them")
    void words() throws IOException {
        Map<String, Set<String>> page = new HashMap<>();
        for (List<String> cells : rows(section("## LMCache's words on the alloc port"))) {
            page.put(bare(cells.get(0)), Set.of(bare(cells.get(1)).split(", ")));
        }
        Map<String, Set<String>> captured = new HashMap<>();
        try (InputStream in = ProtocolPageTest.class.getResourceAsStream("/lmcache/vectors.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.startsWith("#")) {
                    Map<String, Value> fields = fields(HexFormat.of().parseHex(line.split("\t")[2]));
                    String type = fields.remove("type").asStringValue().asString();
                    captured.computeIfAbsent(type, t -> new HashSet<>()).addAll(fields.keySet());
                }
            }
        }
        assertEquals(captured, page);
    }

    @Test
    @DisplayName("every test that the page names is there")
    void tests() throws IOException {
        List<String> missing = new ArrayList<>();
        Matcher names = Pattern.compile("`(\\w+(?:Test|IT))(?:\\.(\\w+))?`").matcher(page());
        int count = 0;
        Map<String, String> sources = new HashMap<>();
        for (String module : List.of("pd-adapter-bundle", "itests")) {
            try (Stream<Path> files = Files.walk(HOME.resolve(module).resolve("src/test/java"))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
                }
            }
        }
        while (names.find()) {
            count++;
            String source = sources.get(names.group(1));
            if (source == null || names.group(2) != null && !source.contains(" void " + names.group(2) + "(")) {
                missing.add(names.group());
            }
        }
        assertTrue(count > 20, count + " tests are named");
        assertEquals(List.of(), missing);
    }
}
