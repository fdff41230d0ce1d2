package org.kvdock.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.List;
import javax.inject.Inject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskJournals;
import org.kvdock.l2.journal.TimeSource;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.ExamFactory;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.nat.internal.NativeTestContainerFactory;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** The journal bundle with its embedded Chronicle Queue, configured and used as a service. */
@RunWith(PaxExam.class)
@ExamFactory(NativeTestContainerFactory.class)
public class JournalInFelixIT {

    private static final long SERVICE_MILLIS = 20_000;

    @Inject
    private BundleContext context;
    @Inject
    private ConfigurationAdmin configurations;

    private Path root;
    private ServiceTracker<TaskJournals, TaskJournals> journals;

    @Configuration
    public Option[] configuration() {
        return new Option[] {
            PaxOptions.basics(), PaxOptions.declarativeServices(), PaxOptions.bundles("chronicle-journal")
        };
    }

    @Before
    public void configure() throws Exception {
        root = Files.createTempDirectory("kvdock-journal");
        journals = new ServiceTracker<>(context, TaskJournals.class, null);
        journals.open();
        assertNull("no configuration, no service", journals.getService());
        configurations
                .getConfiguration("org.kvdock.journal.chronicle", "?")
                .update(new Hashtable<>(java.util.Map.of("root", root.toString())));
    }

    @After
    public void clean() throws Exception {
        configurations.getConfiguration("org.kvdock.journal.chronicle", "?").delete();
        journals.close();
        try (var files = Files.walk(root)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    public void recordsOutliveTheirEpoch() throws Exception {
        TaskJournals service = journals.waitForService(SERVICE_MILLIS);
        try (TaskJournal journal = service.open("a")) {
            assertEquals(0, journal.epoch());
            new JournalWriter(journal, TimeSource.SYSTEM)
                    .submitted(0, org.kvdock.l2.TaskKind.STORE, List.of(), 0, java.util.Optional.empty());
        }
        try (TaskJournal journal = service.open("a")) {
            assertEquals(1, journal.epoch());
            assertEquals(1, journal.recovery().abandoned().size());
        }
    }
}
