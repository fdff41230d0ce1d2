package org.kvdock.itests.hotplug;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.kvdock.itests.policy.Policies;

/** A bundle of one class, {@link Policies}. */
final class PolicyBundle {
    private PolicyBundle() {}

    static InputStream jar() throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", "org.kvdock.itests.policy");
        main.putValue("Bundle-Activator", Policies.class.getName());
        main.putValue("Import-Package", "org.osgi.framework, org.kvdock.host, org.kvdock.l2");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String entry = Policies.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(bytes, manifest);
                InputStream compiled = PolicyBundle.class.getResourceAsStream("/" + entry)) {
            out.putNextEntry(new JarEntry(entry));
            compiled.transferTo(out);
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }
}
