/** Segments as files that both ends map: in shared memory for the channel {@code shm}, anywhere for a warm restart. */
package org.kvdock.l2.pd.shm;
