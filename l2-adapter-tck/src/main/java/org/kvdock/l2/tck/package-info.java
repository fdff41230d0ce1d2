/** The contract as a JUnit Jupiter kit that any adapter extends. */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("0.1.0")
package org.kvdock.l2.tck;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
