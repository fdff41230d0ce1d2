/** The contract between a host and its L2 adapters: keys, buffers, tasks, results. */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("0.1.0")
package org.kvdock.l2;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
