/** Eventfds and the poller that waits on many of them: the Java half of the native fragment. */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("0.1.0")
package org.kvdock.l2.event;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
