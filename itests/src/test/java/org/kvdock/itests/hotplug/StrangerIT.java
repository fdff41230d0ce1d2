package org.kvdock.itests.hotplug;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.kvdock.itests.hotplug.HostRig.get;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.inject.Inject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.kvdock.host.Prefetched;
import org.kvdock.host.RequestWriter;
import org.kvdock.host.StorageManager;
import org.kvdock.itests.ExampleProject;
import org.kvdock.itests.PaxOptions;
import org.kvdock.itests.inside.Blocks;
import org.kvdock.journal.chronicle.read.JournalInfo;
import org.kvdock.l2.ObjectKey;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.ExamFactory;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.nat.internal.NativeTestContainerFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** A bundle that was built without this project, against the released API jar alone, docks and works. */
@RunWith(PaxExam.class)
@ExamFactory(NativeTestContainerFactory.class)
public class StrangerIT {
    private static final String JAR = "kvdock.itests.stranger";

    @Inject
    private BundleContext context;

    private HostRig rig;
    private StorageManager host;
    private Path directory;

    @Configuration
    public Option[] configuration() throws Exception {
        Path built = Files.createTempDirectory(Path.of("target"), "stranger");
        return new Option[] {
            PaxOptions.basics(),
            PaxOptions.declarativeServices(),
            PaxOptions.bundles("chronicle-journal", "mock-adapter-bundle", "cache-host"),
            systemProperty(JAR).value(new ExampleProject().bundle(built).getAbsolutePath())
        };
    }

    @Before
    public void start() throws Exception {
        rig = new HostRig(context);
        host = rig.start(Map.of());
        directory = Files.createTempDirectory("kvdock-stranger");
    }

    @After
    public void stop() throws Exception {
        rig.close();
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    public void aStrangersBundleDocksAndWorks() throws Exception {
        rig.adapter("org.kvdock.example.directory", "theirs", Map.of("directory", directory.toString()));
        Bundle stranger = context.installBundle(Path.of(System.getProperty(JAR)).toUri().toString());
        stranger.start();
        assertEquals("org.kvdock.example.directory", stranger.getSymbolicName());
        rig.awaitDocked("theirs");

        List<ObjectKey> keys = Blocks.keys(0, 4);
        RequestWriter writer = host.write("r", keys, 5000);
        for (int i = 0; i < keys.size(); i++) {
            byte fill = (byte) i;
            writer.put(i, chunk -> {
                while (chunk.hasRemaining()) {
                    chunk.put(fill);
                }
            });
        }
        assertTrue(get(writer.finish()).stored().all());
        assertEquals(4, host.clear());

        // It leaves and comes back, and has kept what it was given.
        stranger.stop();
        rig.awaitGone("theirs");
        stranger.start();
        rig.awaitDocked("theirs");
        try (Prefetched got = get(host.prefetch("s", keys, 5000, Duration.ofSeconds(10)))) {
            assertEquals(4, got.prefix());
            assertEquals(3, got.view(3).get(4999));
        }
        stranger.uninstall();
        rig.awaitGone("theirs");
        assertTrue(host.awaitIdle(Duration.ofSeconds(HostRig.PATIENCE_SECONDS)));
        assertEquals(0, host.status().l1().locked());

        rig.stop();
        JournalInfo journals = rig.journals();
        assertEquals(journals.submitted(), journals.completed());
        assertEquals(journals.submitted(), journals.delivered());
        assertEquals(0, journals.openTasks());
        assertEquals(0, journals.locksHeld());
    }
}
