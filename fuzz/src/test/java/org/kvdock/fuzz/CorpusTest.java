package org.kvdock.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What campaigns have found is run by every build, without Jazzer. */
class CorpusTest {
    private static List<FuzzTarget> targets() {
        return Targets.all().stream().filter(target -> !target.name().equals("planted")).toList();
    }

    @TestFactory
    @DisplayName("case 56: for every input of the corpus, everything holds that must")
    Stream<DynamicTest> everythingHolds() {
        return targets().stream().map(target -> DynamicTest.dynamicTest(target.name(), () -> {
            List<byte[]> inputs = new ArrayList<>(target.seeds());
            inputs.addAll(Corpus.ofModule(target));
            for (byte[] input : inputs) {
                try {
                    target.run(input);
                } catch (Exception | Error e) {
                    throw new AssertionError(target.name() + ": " + Base64.getEncoder().encodeToString(input), e);
                }
            }
        }));
    }

    @Test
    @DisplayName("each target has seeds and a corpus, neither empty, and a name of its own")
    void nothingIsMissing() throws IOException {
        Set<String> names = new HashSet<>();
        for (FuzzTarget target : targets()) {
            assertTrue(names.add(target.name()), target.name());
            assertTrue(target.name().matches("[a-z-]+"), target.name());
            assertFalse(target.seeds().isEmpty(), target.name());
            assertTrue(Corpus.ofModule(target).size() >= 5, target.name());
        }
        assertEquals(18, names.size());
    }
}
