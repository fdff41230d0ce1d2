/** The receiving side: admission, reservations, commits, and what is kept for whom. */
package org.kvdock.l2.pd.receiver;
