/** ZeroMQ: the alloc port with LMCache's words, and the proxy's notification. */
package org.kvdock.l2.pd.zmq;
