/**
 * How a sender's bytes get into a receiver's segments without the transfer connection: what a channel of one-sided writes
 * must bring.
 */
@Export
@Version("0.1.0")
package org.kvdock.l2.pd.channel;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
