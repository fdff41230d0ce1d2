package org.kvdock.l2.pd.net;

import java.io.IOException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;

/** How connections are protected. Safe for all threads. */
public interface Wiring {
    /** Not at all. */
    Wiring PLAIN = new Wiring() {
        @Override
        public SSLEngine engine(boolean connecting) {
            return null;
        }

        @Override
        public String peer(SSLSession session) {
            throw new IllegalStateException("plain connections have no session");
        }
    };

    /**
     * @param connecting whether this end has connected
     * @return encrypts one connection; null leaves it plain
     */
    SSLEngine engine(boolean connecting);

    /**
     * @param session of a connection whose handshake is done
     * @return the name of the other end
     * @throws IOException if it is nobody who may connect
     */
    String peer(SSLSession session) throws IOException;
}
