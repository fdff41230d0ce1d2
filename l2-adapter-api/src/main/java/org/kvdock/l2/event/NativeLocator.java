package org.kvdock.l2.event;

import java.net.URL;
import java.util.Optional;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Knows where the native library lies in a jar. The native fragment provides it as a {@code ServiceLoader} service, so
 * that one jar serves the class path and the module path alike. Applications have no use for it.
 */
@ConsumerType
public interface NativeLocator {

    /**
     * Finds the library of a platform.
     *
     * @param platform operating system and processor, as in {@code linux-x86_64}; not null
     * @return where the library can be read, or empty if this jar has none for the platform
     */
    Optional<URL> find(String platform);
}
