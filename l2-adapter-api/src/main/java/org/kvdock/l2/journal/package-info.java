/** The task journal: record types, the fold of records into task state, and the journals that need no disk. */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("0.1.0")
package org.kvdock.l2.journal;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
