/**
 * Reads journals from outside: live, closed or damaged, without the writer's lock, without Chronicle Queue and without
 * any JVM flag. Reading maps no file, so that a cut or vanished file is an ordinary error. Memory is bounded by the
 * longest record and by what is open, locked and stored, never by how many records there are.
 */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("0.1.0")
package org.kvdock.journal.chronicle.read;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
