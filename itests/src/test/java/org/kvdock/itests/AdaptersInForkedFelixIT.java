package org.kvdock.itests;

import static org.junit.Assert.assertEquals;
import static org.ops4j.pax.exam.CoreOptions.composite;

import java.io.IOException;
import java.util.List;
import org.junit.Test;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.ExamFactory;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.forked.ForkedTestContainerFactory;

/** The same in a JVM that has nothing but a framework on its class path: no jar of ours, no flag of Maven's. */
@ExamFactory(ForkedTestContainerFactory.class)
public class AdaptersInForkedFelixIT extends AdaptersInFelixIT {

    @Override
    @Configuration
    public Option[] configuration() {
        return new Option[] {composite(super.configuration()), PaxOptions.forked()};
    }

    @Test
    public void thisIsAnotherProcessOfTheSameJdk() {
        long parent = ProcessHandle.current().parent().orElseThrow().pid();
        assertEquals(System.getProperty(PaxOptions.LAUNCHER), Long.toString(parent));
        assertEquals(System.getProperty(PaxOptions.LAUNCHER_JDK), Runtime.version().toString());
    }

    @Test
    public void neitherProcessListensBeyondThisMachine() throws IOException {
        assertEquals(List.of(), Listeners.beyondLoopback(ProcessHandle.current().pid()));
        assertEquals(List.of(), Listeners.beyondLoopback(Long.parseLong(System.getProperty(PaxOptions.LAUNCHER))));
    }
}
