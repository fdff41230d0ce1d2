package org.kvdock.cli.lab.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.kvdock.cli.lab.crash.Findings.Kind;
import org.kvdock.cli.lab.crash.child.ChildMain;
import org.kvdock.cli.lab.crash.child.LoadRun;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.JournalRecord.Abandoned;
import org.kvdock.l2.journal.JournalRecord.Completed;
import org.kvdock.l2.journal.JournalRecord.Delivered;
import org.kvdock.l2.journal.JournalRecord.EpochReady;
import org.kvdock.l2.journal.JournalRecord.EpochStart;
import org.kvdock.l2.journal.JournalRecord.KeyPublished;
import org.kvdock.l2.journal.JournalRecord.KeyRemoved;
import org.kvdock.l2.journal.JournalRecord.Submitted;
import org.kvdock.l2.journal.JournalRecord.Unlocked;

/** A campaign that finds nothing is worth what its checks find when something is wrong: each kind of wrong is made here. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckTest {
    private LoadRun run;

    @BeforeAll
    void load() throws InterruptedException {
        run = new LoadRun().live(5).live(0).live(0);
    }

    @Test
    @DisplayName("case 103: two restarts, tasks left open by the first life: nothing is found to be wrong")
    void sound() {
        Findings findings = check(run.bytes(), run.diaries());
        assertEquals(List.of(), findings.texts());
        List<JournalRecord> records = LoadRun.decode(run.bytes());
        for (Class<?> type : List.of(Submitted.class, Completed.class, Delivered.class, Unlocked.class, Abandoned.class,
                KeyPublished.class, KeyRemoved.class)) {
            assertTrue(records.stream().filter(type::isInstance).count() >= 5, "the load must bring records of " + type);
        }
    }

    @Test
    @DisplayName("a record that is gone is found, whichever it is")
    void oneLess() {
        assertFound(Kind.LOST, without(Submitted.class));
        assertFound(Kind.LOST, without(Completed.class));
        assertFound(Kind.LOST, without(Delivered.class));
        assertFound(Kind.LOST, without(Unlocked.class));
        assertFound(Kind.LOST, without(Abandoned.class));
        assertFound(Kind.LOST, without(EpochReady.class));
        assertFound(Kind.FOLD, without(EpochStart.class));
        // What these contradict depends on what the load did with the key afterwards.
        assertFalse(check(without(KeyPublished.class), run.diaries()).none());
        assertFalse(check(without(KeyRemoved.class), run.diaries()).none());
    }

    @Test
    @DisplayName("each single record of the last life is missed when it is gone")
    void eachOne() {
        List<byte[]> bytes = run.bytes();
        List<JournalRecord> records = LoadRun.decode(bytes);
        for (int i = bytes.size() - 60; i < bytes.size(); i++) {
            List<byte[]> less = new ArrayList<>(bytes);
            less.remove(i);
            assertFalse(check(less, run.diaries()).none(), "not missed: " + records.get(i));
        }
    }

    @Test
    @DisplayName("a record that is there twice is found")
    void oneMore() {
        assertFound(Kind.DUPLICATED, twice(Submitted.class));
        assertFound(Kind.DUPLICATED, twice(Completed.class));
        assertFound(Kind.DUPLICATED, twice(Delivered.class));
        assertFound(Kind.DUPLICATED, twice(Abandoned.class));
        assertFound(Kind.DUPLICATED, twice(EpochStart.class));
        assertFound(Kind.DUPLICATED, twice(EpochReady.class));
        assertFound(Kind.DUPLICATED, twice(KeyPublished.class));
        assertFound(Kind.FOLD, twice(KeyRemoved.class));
        assertFound(Kind.FOLD, twice(Unlocked.class));
    }

    @Test
    @DisplayName("a record in another place is found")
    void moved() {
        List<byte[]> bytes = run.bytes();
        int at = index(Completed.class);
        bytes.add(1, bytes.remove(at));
        assertFound(Kind.FOLD, bytes);
    }

    @Test
    @DisplayName("a gap in the numbers is found")
    void gap() {
        List<JournalRecord> records = new ArrayList<>(LoadRun.decode(run.bytes()));
        records.remove(records.size() / 2);
        Findings findings = new Findings("test");
        Books books = new Books(findings);
        records.forEach(books::enter);
        assertTrue(findings.count(Kind.LOST) > 0);
    }

    @Test
    @DisplayName("what a diary says and the journal has not is found")
    void told() {
        assertSaid(Kind.LOST, "do 1 store 0 -", "id 1 999999");
        assertSaid(Kind.LOST, "got 1 999999:store:SUCCESS:-:0:NONE");
        assertSaid(Kind.LOST, "do 1 unlock 3,3,3,3,3,3,3", "ok 1 -");
        assertSaid(Kind.LOST, "do 1 delete 77", "ok 1 1");
        assertSaid(Kind.LOST, "saw 999999:store:SUCCESS:-:0:NONE");
        assertSaid(Kind.LOST, "do 1 write 77", "ok 1 1");
        assertSaid(Kind.FOLD, "quiet 1 - - -");
        assertSaid(Kind.FOLD, "quiet - 1 - -");
        assertSaid(Kind.FOLD, "quiet - - 1:1 -");
        assertSaid(Kind.FOLD, "quiet - - - 1:1");
        assertSaid(Kind.FOLD, "closing", "closed");
        assertSaid(Kind.FOLD, "ready 2 1 1 0/1 - - 0");
        String got = line("got ");
        assertSaid(Kind.DUPLICATED, got);
        String accepted = line("id ");
        assertSaid(Kind.DUPLICATED, "do " + accepted.split(" ")[1] + " store 0 -", accepted);
    }

    @Test
    @DisplayName("a result that was told otherwise than the journal has it is found")
    void toldOtherwise() {
        List<String> diary = new ArrayList<>(run.diaries().get(2));
        int at = diary.indexOf(line("got "));
        diary.set(at, diary.get(at).replace(":SUCCESS:", ":FAILURE:"));
        assertTrue(check(run.bytes(), List.of(run.diaries().get(0), run.diaries().get(1), diary)).count(Kind.FOLD) > 0);
    }

    @Test
    @DisplayName("what nobody has said to do is found in the journal")
    void untold() {
        assertMissed("id [0-9]+ [0-9]+", "do [0-9]+ (store|lookup|load) .*", true);
        assertMissed("got .*", "do [0-9]+ (pop|fetch).*", false);
        assertMissed("ok [0-9]+ -", "do [0-9]+ unlock .*", true);
        assertMissed("ok [0-9]+ [01]*1[01]*", "do [0-9]+ delete .*", true);
    }

    /** Takes what came of a call out of a diary, and perhaps that it was about to be made. */
    private void assertMissed(String came, String about, boolean both) {
        List<String> diary = new ArrayList<>(run.diaries().get(2));
        for (int at = 0; at < diary.size(); at++) {
            String thread = (diary.get(at) + " ").split(" ", 3)[1];
            int begun = at - 1;
            while (begun >= 0 && !diary.get(begun).startsWith("do " + thread + " ")) {
                begun--;
            }
            if (begun >= 0 && diary.get(at).matches(came) && diary.get(begun).matches(about)) {
                String line = diary.remove(at);
                if (both) {
                    diary.remove(begun);
                }
                Findings findings = check(run.bytes(), List.of(run.diaries().get(0), run.diaries().get(1), diary));
                assertTrue(findings.count(Kind.FOLD) > 0, "not found: " + line);
                return;
            }
        }
        throw new AssertionError("no " + came + " of " + about);
    }

    private void assertFound(Kind kind, List<byte[]> bytes) {
        Findings findings = check(bytes, run.diaries());
        assertTrue(findings.count(kind) > 0, kind + " expected, found " + findings.texts());
    }

    private void assertSaid(Kind kind, String... lines) {
        List<String> diary = new ArrayList<>(run.diaries().get(2));
        diary.addAll(List.of(lines));
        Findings findings = check(run.bytes(), List.of(run.diaries().get(0), run.diaries().get(1), diary));
        assertTrue(findings.count(kind) > 0, kind + " expected of " + List.of(lines) + ", found " + findings.texts());
    }

    private String line(String beginning) {
        return run.diaries().get(2).stream().filter(line -> line.startsWith(beginning)).findFirst().orElseThrow();
    }

    private int index(Class<?> type) {
        List<JournalRecord> records = LoadRun.decode(run.bytes());
        // The last one, where something follows that depends on it; of abandoned tasks and epochs there are few.
        Predicate<JournalRecord> which = type == Unlocked.class
                ? record -> ((Unlocked) record).effective().count() > 0
                : type == KeyRemoved.class || type == KeyPublished.class ? record -> record.header().epoch() == 2 : any -> true;
        for (int i = records.size() - 1; i >= 0; i--) {
            if (type.isInstance(records.get(i)) && which.test(records.get(i))) {
                return i;
            }
        }
        throw new AssertionError("no record of " + type);
    }

    private List<byte[]> without(Class<?> type) {
        List<byte[]> bytes = run.bytes();
        bytes.remove(index(type));
        return bytes;
    }

    private List<byte[]> twice(Class<?> type) {
        List<byte[]> bytes = run.bytes();
        int at = index(type);
        bytes.add(at, bytes.get(at));
        return bytes;
    }

    /** All lives, each checked when its epoch is the last, as the campaign does. */
    private static Findings check(List<byte[]> bytes, List<List<String>> diaries) {
        Findings findings = new Findings("test");
        Books books = new Books(findings);
        List<JournalRecord> records = LoadRun.decode(bytes);
        int next = 0;
        for (int epoch = 0; epoch < diaries.size(); epoch++) {
            findings.now("epoch " + epoch);
            while (next < records.size() && records.get(next).header().epoch() <= epoch) {
                books.enter(records.get(next++));
            }
            Life life = new Life(ProcessHandle.current().pid(), false);
            DiaryReader reader = new DiaryReader(life);
            diaries.get(epoch).forEach(reader::line);
            assertEquals(List.of(), life.malformed);
            if (books.last() == null) {
                findings.add(Kind.LOST, "no epoch");
                continue;
            }
            LifeCheck.run(life, books.last(), ChildMain::keeps, books.locks(), findings);
            LifeCheck.quiet(life.quiet, books, findings);
        }
        return findings;
    }
}
