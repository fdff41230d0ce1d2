/** How a sender's bytes get into a receiver's segments without the transfer connection: the halves of one-sided writes. */
package org.kvdock.l2.pd.channel;
