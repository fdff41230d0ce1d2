/**
 * What a further transfer channel must bring: a {@link org.kvdock.l2.pd.channel.spi.TransferChannel}, as an OSGi service
 * or for {@link java.util.ServiceLoader}. It carries chunks' bytes and nothing else: who may write where and what becomes
 * visible stays with the transfer connection's protocol.
 */
@Export
@Version("0.1.0")
package org.kvdock.l2.pd.channel.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
