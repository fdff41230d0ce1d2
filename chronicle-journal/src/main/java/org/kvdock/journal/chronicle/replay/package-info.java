/** Drives what a journal recorded through an adapter again, and tells what came out differently. */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("0.1.0")
package org.kvdock.journal.chronicle.replay;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
