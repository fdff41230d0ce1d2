package org.kvdock.cli.demo;

import java.util.ArrayList;
import java.util.List;
import org.kvdock.cli.launch.HostEvent;
import org.kvdock.cli.workload.StrictPrefixLru;
import org.kvdock.cli.workload.Workload;

/**
 * What came of a run, and whether it is what it must be.
 *
 * @param idle each host's last word before it was stopped; empty if the run broke off
 * @param broken why the run broke off; empty if it went to the end
 * @param statuses hosts that did not end well
 * @param replaySeconds from the first request to the last
 * @param peakBytes most memory of all processes together, -1 if one of them did not say
 */
record DemoResult(
        DemoOptions options,
        Workload workload,
        MemoryPlan plan,
        Tally tally,
        List<HostEvent> idle,
        JournalTotals journal,
        String broken,
        List<String> statuses,
        double replaySeconds,
        long peakBytes) {

    /**
     * @param name what must hold
     * @param right whether it does
     * @param detail what was found, for one that does not
     */
    record Check(String name, boolean right, String detail) {}

    /** @return blocks that were no prefix hits, and that the adapter says are stored */
    long blocksStored() {
        return tally.sums().transferred + tally.sums().deduplicated;
    }

    /** @return hosts on both sides */
    int hosts() {
        return options.routes().prefills() + options.routes().decodes();
    }

    long verifyFailures() {
        return tally.sums().wrong + (workload.references() - tally.sums().loaded);
    }

    /** @return the transfer channel that was really used; what was asked for if the run broke off */
    String channel() {
        return idle.stream()
                .map(event -> event.text("channel"))
                .filter(channel -> !channel.isEmpty())
                .findFirst()
                .orElseGet(() -> options.channel().name());
    }

    /** @return everything that must hold, in the order in which things happen; of a run that broke off only that */
    List<Check> checks() {
        List<Check> checks = new ArrayList<>();
        check(checks, "the run went to its end", broken.isEmpty(), broken);
        if (broken.isEmpty()) {
            counts(checks);
            rest(checks);
        }
        check(checks, "all hosts ended well", statuses.isEmpty(), String.join(", ", statuses));
        return checks;
    }

    private void counts(List<Check> checks) {
        Tally.Sums sums = tally.sums();
        long hits = options.routes().prefillShares(workload).stream()
                .mapToLong(share -> StrictPrefixLru.hits(share, plan.l1Blocks()))
                .sum();
        check(checks, "prefix hits are those of a strict LRU", sums.prefixHits == hits, sums.prefixHits + ", must be " + hits);
        long toStore = workload.references() - sums.prefixHits;
        check(
                checks,
                "every block is stored or was there",
                sums.unstored == 0 && blocksStored() == toStore,
                blocksStored() + " of " + toStore + " without a hit, " + sums.unstored + " are not stored");
        long distinct = options.routes().decodeShares(workload).stream().mapToLong(Workload::distinctBlocks).sum();
        if (!plan.decodeL1Bounded()) {
            check(
                    checks,
                    "each decode host was sent each of its blocks once",
                    sums.transferred + sums.resent == distinct,
                    sums.transferred + sums.resent + " were sent, must be " + distinct);
        }
        check(
                checks,
                "every block is verified",
                sums.verified == workload.references() && sums.wrong == 0,
                sums.verified + " of " + workload.references() + ", " + sums.wrong + " wrong");
        check(checks, "no request failed", tally.errorCount() == 0, tally.errorCount() + " errors");
        check(
                checks,
                "every task completed, none failed",
                journal.submitted() == journal.completed() && journal.failed() == 0 && journal.submitted() > 0,
                journal.submitted() + " submitted, " + journal.completed() + " completed, " + journal.failed() + " failed");
    }

    private void rest(List<Check> checks) {
        check(
                checks,
                "journals: no open task, no lock, no damage",
                journal.open() == 0 && journal.locks() == 0 && journal.damages() == 0,
                journal.open() + " open, " + journal.locks() + " locks, " + journal.damages() + " damages");
        long held = idle.stream().mapToLong(l1 -> l1.number("l1_read_locks") + l1.number("l1_pins")).sum();
        long busy = idle.stream().mapToLong(l1 -> l1.number("busy")).sum();
        check(
                checks,
                "all hosts came to rest and hold no lock",
                idle.size() == hosts() && busy == 0 && held == 0,
                idle.size() + " said so, " + busy + " still busy, " + held + " locks and pins");
    }

    private static void check(List<Check> checks, String name, boolean right, String detail) {
        checks.add(new Check(name, right, right ? "" : detail));
    }
}
