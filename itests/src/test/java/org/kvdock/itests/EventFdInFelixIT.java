package org.kvdock.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotSame;

import java.time.Duration;

import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.kvdock.l2.event.EventFd;
import org.kvdock.l2.event.EventPoller;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.ExamFactory;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.nat.internal.NativeTestContainerFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** The smallest Pax Exam test: the API bundle in Felix, its classes used as any bundle would. */
@RunWith(PaxExam.class)
@ExamFactory(NativeTestContainerFactory.class)
public class EventFdInFelixIT {

    @Inject
    private BundleContext context;

    @Configuration
    public Option[] configuration() {
        return new Option[] {PaxOptions.basics()};
    }

    @Test
    public void aSignalArrives() {
        long[] got = new long[1];
        try (EventPoller poller = new EventPoller(); EventFd fd = EventFd.create()) {
            poller.add(fd, () -> got[0] = fd.read());
            fd.signal(3);
            assertEquals(1, poller.poll(Duration.ofSeconds(10)));
        }
        assertEquals(3, got[0]);
    }

    @Test
    public void theApiIsABundleOfItsOwn() {
        Bundle api = FrameworkUtil.getBundle(EventFd.class);
        assertEquals("org.kvdock.l2.api", api.getSymbolicName());
        assertNotSame(context.getBundle(), api);
    }
}
