/** The sending side: transfers, the link to each rank of the peer, requests and their notification. */
package org.kvdock.l2.pd.sender;
