package org.kvdock.itests;

import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** The jars under test and those they run with, found by their Maven names on this test's class path. */
public final class Jars {

    private Jars() {
    }

    /**
     * The jar of an artifact, as in {@code l2-adapter-api} or {@code org.apache.felix.scr}.
     *
     * @throws IllegalArgumentException if the class path has not exactly one
     */
    public static File jar(String artifactId) {
        List<File> found = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(File::new)
                .filter(file -> file.getName().matches(Pattern.quote(artifactId) + "-[0-9].*\\.jar"))
                .toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException("jars of " + artifactId + " on the class path: " + found
                    + " (Maven packages them first: run verify, not test)");
        }
        return found.get(0);
    }
}
