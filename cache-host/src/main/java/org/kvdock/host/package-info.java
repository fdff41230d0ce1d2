/** Host cache framework: L1, controllers, the dock for adapters. */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("0.1.0")
package org.kvdock.host;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
