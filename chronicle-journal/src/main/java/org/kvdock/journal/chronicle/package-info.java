/** Task journal on Chronicle Queue. */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("0.1.0")
package org.kvdock.journal.chronicle;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
