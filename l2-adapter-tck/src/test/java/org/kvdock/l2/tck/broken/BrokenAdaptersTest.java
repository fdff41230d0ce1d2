package org.kvdock.l2.tck.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The kit fails when it should: for each rule there are adapters that break it, and the kit catches each of them. */
class BrokenAdaptersTest {
    /** Kit tests that no breakage here can fail, and why. */
    private static final Map<String, String> WITHOUT_A_BREAKAGE =
            Map.of("flags", "EventFd can only make eventfds that are non-blocking and close-on-exec");

    static Stream<Breakage> breakages() {
        return Stream.of(
                        ResultBreakages.ALL, SignalBreakages.ALL, MoveBreakages.ALL, LockBreakages.ALL, LifeBreakages.ALL,
                        JournalBreakages.ALL)
                .flatMap(List::stream);
    }

    @ParameterizedTest(name = "caught: {0}")
    @MethodSource("breakages")
    @DisplayName("a broken adapter is caught")
    void caught(Breakage breakage) {
        for (String test : breakage.caughtBy()) {
            TestExecutionSummary summary = run(breakage, test, 1);
            assertTrue(summary.getTestsFoundCount() > 0, "there is no kit test " + test);
            assertTrue(summary.getTestsFailedCount() > 0, test + " did not catch an adapter where " + breakage.what());
        }
    }

    @Test
    @DisplayName("what stands between the kit and the adapter here breaks nothing by itself")
    void unbroken() {
        Breakage none = Breakage.wall("none", "nothing is broken", "", Wrapper::new);
        for (Method test : kitTests()) {
            TestExecutionSummary summary = run(none, test.getName(), 30);
            StringWriter failures = new StringWriter();
            summary.printFailuresTo(new PrintWriter(failures));
            assertEquals(0, summary.getTestsFailedCount(), failures.toString());
            assertTrue(summary.getTestsSucceededCount() > 0, test.getName());
        }
    }

    @Test
    @DisplayName("every test of the kit is known to catch something")
    void everyKitTestCatchesSomething() {
        Set<String> quiet = new TreeSet<>();
        kitTests().forEach(method -> quiet.add(method.getName()));
        breakages().forEach(breakage -> quiet.removeAll(breakage.caughtBy()));
        assertEquals(WITHOUT_A_BREAKAGE.keySet(), quiet);
    }

    @Test
    @DisplayName("every rule that an adapter can break is broken by somebody here")
    void everyRule() {
        Set<String> broken = new TreeSet<>();
        breakages().forEach(breakage -> broken.add(breakage.rule()));
        for (int rule = 1; rule <= 16; rule++) {
            assertTrue(broken.contains("R" + rule), "R" + rule);
        }
        assertFalse(broken.contains("R17"), "that the kit exists is no adapter's doing");
    }

    private static List<Method> kitTests() {
        List<Method> tests = new ArrayList<>();
        for (Method method : BrokenTck.class.getMethods()) {
            if (method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class)) {
                tests.add(method);
            }
        }
        assertTrue(tests.size() > 50, tests.size() + " tests found by reflection");
        return tests;
    }

    private static TestExecutionSummary run(Breakage breakage, String test, int patienceSeconds) {
        UnaryOperator<String> patience = value -> value == null
                ? System.clearProperty("kvdock.tck.patience.seconds")
                : System.setProperty("kvdock.tck.patience.seconds", value);
        String before = patience.apply(Integer.toString(patienceSeconds));
        String report = System.clearProperty("kvdock.tck.report");
        BrokenTck.breakage = breakage;
        try {
            SummaryGeneratingListener listener = new SummaryGeneratingListener();
            Method[] methods = kitTests().stream().filter(method -> method.getName().equals(test)).toArray(Method[]::new);
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(Arrays.stream(methods)
                                            .map(method -> DiscoverySelectors.selectMethod(BrokenTck.class, method))
                                            .toList())
                                    .build(),
                            listener);
            return listener.getSummary();
        } finally {
            patience.apply(before);
            if (report != null) {
                System.setProperty("kvdock.tck.report", report);
            }
        }
    }
}
