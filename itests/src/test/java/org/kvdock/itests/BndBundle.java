package org.kvdock.itests;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Jar;
import java.io.File;
import java.util.List;
import java.util.Properties;

/** Bundles that tests build for themselves. */
public final class BndBundle {
    private BndBundle() {}

    /**
     * @param instructions bnd's
     * @param classPath what it may look at
     * @param bundle written
     * @throws IllegalStateException if bnd has anything to say
     */
    public static void build(Properties instructions, List<File> classPath, File bundle) throws Exception {
        try (Builder builder = new Builder()) {
            builder.setProperties(instructions);
            builder.addClasspath(classPath);
            try (Jar jar = builder.build()) {
                if (!builder.getErrors().isEmpty() || !builder.getWarnings().isEmpty()) {
                    throw new IllegalStateException("bnd: " + builder.getErrors() + ", " + builder.getWarnings());
                }
                jar.write(bundle);
            }
        }
    }
}
