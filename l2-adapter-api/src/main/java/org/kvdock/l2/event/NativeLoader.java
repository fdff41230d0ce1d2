package org.kvdock.l2.event;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * Finds and loads the native library, once per class loader.
 *
 * <ol>
 *   <li>{@code System.loadLibrary}: in OSGi the framework answers it from the fragment's {@code Bundle-NativeCode};
 *       elsewhere it lets an operator put a library of their own on {@code java.library.path}.</li>
 *   <li>A copy: the {@link NativeLocator} says where the library is in the fragment's jar, and it is loaded from a
 *       temporary file that is deleted at once (the mapping stays). This is the way on the class path and on the
 *       module path, and in OSGi after a refresh, when the framework's file is still "already loaded in another
 *       classloader".</li>
 * </ol>
 */
final class NativeLoader {

    private static final String NAME = "kvdock_eventfd";

    private NativeLoader() {
    }

    /** Returns null when the library is loaded, else the reason why it is not. */
    static NativeUnavailableException load() {
        String platform = Platform.current();
        try {
            System.loadLibrary(NAME);
        } catch (UnsatisfiedLinkError notThere) {
            try {
                loadCopy(find(platform));
            } catch (NativeUnavailableException e) {
                return e;
            } catch (IOException | UnsatisfiedLinkError e) {
                return new NativeUnavailableException("the native eventfd library for " + platform
                        + " does not load from " + System.getProperty("java.io.tmpdir") + ": " + e.getMessage()
                        + " (-Djava.io.tmpdir names another directory)", e);
            }
        }
        return generation(platform);
    }

    private static URL find(String platform) {
        List<NativeLocator> locators = new ArrayList<>();
        try {
            ServiceLoader.load(NativeLocator.class, NativeLoader.class.getClassLoader()).forEach(locators::add);
        } catch (ServiceConfigurationError e) {
            throw new NativeUnavailableException(
                    "the eventfd-fragment jar does not fit this l2-adapter-api jar: " + e.getMessage(), e);
        }
        for (NativeLocator locator : locators) {
            Optional<URL> library = locator.find(platform);
            if (library.isPresent()) {
                return library.get();
            }
        }
        throw new NativeUnavailableException("no native eventfd library for " + platform + ": "
                + (locators.isEmpty() ? "no eventfd-fragment jar is on the class path or module path"
                        : "the eventfd-fragment jar holds " + held(locators))
                + " (allowed: " + String.join(", ", Platform.ALLOWED) + ")", null);
    }

    private static String held(List<NativeLocator> locators) {
        List<String> held = Platform.ALLOWED.stream()
                .filter(platform -> locators.stream().anyMatch(l -> l.find(platform).isPresent()))
                .toList();
        return held.isEmpty() ? "none" : "only " + String.join(", ", held);
    }

    private static void loadCopy(URL library) throws IOException {
        Path copy = Files.createTempFile("kvdock-", ".so");
        try {
            try (InputStream in = library.openStream()) {
                Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
            }
            System.load(copy.toString());
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    private static NativeUnavailableException generation(String platform) {
        try {
            int abi = Native.abi();
            return abi == Native.ABI ? null : new NativeUnavailableException("the native eventfd library for " + platform
                    + " is of generation " + abi + ", this l2-adapter-api needs " + Native.ABI, null);
        } catch (UnsatisfiedLinkError e) {
            return new NativeUnavailableException("the library " + System.mapLibraryName(NAME) + " on java.library.path"
                    + " is not kvdock's for " + platform, e);
        }
    }
}
