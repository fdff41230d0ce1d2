package org.kvdock.fuzz;

import java.nio.file.Path;
import java.util.List;

/**
 * How one target went.
 *
 * @param name the target's
 * @param inputs how many were tried
 * @param seconds how long it took, the start of its process included
 * @param findings files with an input each for which something did not hold
 * @param message what did not hold, of the first of them; empty for none
 */
record TargetRun(String name, long inputs, double seconds, List<Path> findings, String message) {}
