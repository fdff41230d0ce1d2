package org.kvdock.eventfd.probe;

import java.io.File;
import java.time.Duration;

import org.kvdock.l2.event.EventFd;
import org.kvdock.l2.event.EventPoller;
import org.kvdock.l2.event.NativeUnavailableException;

/**
 * Main program of FragmentJarIT: an eventfd round trip, in one line of output. In a package of its own, because on the
 * module path the other one belongs to the fragment.
 */
public final class Probe {

    private Probe() {
    }

    /** @param args none */
    public static void main(String[] args) {
        long[] got = new long[1];
        try (EventPoller poller = new EventPoller(); EventFd fd = EventFd.create()) {
            poller.add(fd, () -> got[0] = fd.read());
            fd.signal(7);
            poller.poll(Duration.ofSeconds(10));
        } catch (NativeUnavailableException e) {
            System.out.println(e.getMessage());
            return;
        }
        int left = new File(System.getProperty("java.io.tmpdir")).list((dir, name) -> name.endsWith(".so")).length;
        System.out.println("module " + EventFd.class.getModule().getName() + " read " + got[0] + " left " + left);
    }
}
