package org.kvdock.eventfd;

import java.net.URL;
import java.util.Optional;

import org.kvdock.l2.event.NativeLocator;

/** Finds the native libraries of the jar that this class is in. */
public final class FragmentLocator implements NativeLocator {

    /** Made by {@code ServiceLoader}. */
    public FragmentLocator() {
    }

    @Override
    public Optional<URL> find(String platform) {
        return Optional.ofNullable(
                FragmentLocator.class.getResource("/META-INF/native/" + platform + "/libkvdock_eventfd.so"));
    }
}
