/** The mock adapter: L2 in this process's own memory, with a fault injector. */
@Export
@Version("0.1.0")
package org.kvdock.l2.mock;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
