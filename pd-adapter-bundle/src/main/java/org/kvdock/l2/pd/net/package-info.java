/** One selector thread and the connections that it serves. */
package org.kvdock.l2.pd.net;
