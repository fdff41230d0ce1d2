/** What travels between sender and receiver: frames, messages, and their bounded decoders. */
package org.kvdock.l2.pd.wire;
