package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.journal.MemoryJournals;
import org.osgi.framework.BundleContext;

/** A component that cannot be activated. */
class FailedActivationTest {
    /** What a bundle has that stops: no service can be registered any more. */
    private static BundleContext stopping(IllegalStateException refusal) {
        return (BundleContext) Proxy.newProxyInstance(
                BundleContext.class.getClassLoader(), new Class<?>[] {BundleContext.class}, (self, method, arguments) -> {
                    if (method.getName().equals("registerService")) {
                        throw refusal;
                    }
                    return null;
                });
    }

    @Test
    @DisplayName("case 100: an adapter that cannot be registered, since its bundle stops meanwhile, leaves neither ports nor a journal open")
    void cannotBeRegistered() throws IOException {
        int initPort = Pd.deadPort();
        Map<String, Object> config = Pd.config(
                "name", "late", "role", "receiver", "peer_init_port", "[" + initPort + "]", "peer_alloc_port", "[0]",
                "buffer_size", 1 << 20);
        IllegalStateException refusal = new IllegalStateException("made to be: the bundle is stopping");
        IllegalStateException thrown = assertThrows(
                IllegalStateException.class, () -> new PdComponent(stopping(refusal), config, new MemoryJournals()));
        assertSame(refusal, thrown);
        new ServerSocket(initPort, 1, InetAddress.getLoopbackAddress()).close();
    }
}
