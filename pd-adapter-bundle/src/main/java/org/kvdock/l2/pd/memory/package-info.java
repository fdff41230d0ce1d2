/** The channel inside one process: staging without a peer. */
package org.kvdock.l2.pd.memory;
