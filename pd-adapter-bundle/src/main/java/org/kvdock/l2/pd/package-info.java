/** The prefill/decode adapter: a sender pushes chunks into the staging of the receiver that will read them. */
@Export
@Version("0.1.0")
package org.kvdock.l2.pd;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
