/** Tasks as stages, for callers who don't poll: a facade over any adapter, and the one thread that serves all of them. */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("0.1.0")
package org.kvdock.l2.async;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
