/** The base that adapters are built on: ids, journaling, exactly-once completion, signals, deadlines, limits. */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("0.1.0")
package org.kvdock.l2.base;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
