package org.kvdock.l2.pd.sender;

/**
 * A link's life.
 *
 * <pre>
 *  IDLE --first transfer--> CONNECTING --connected, hello sent--> GREETING --welcome--> READY
 *  CONNECTING, GREETING, READY --any failure--> PAUSED --pause over--> CONNECTING
 *  READY --a better channel can be offered--> CONNECTING
 *  any --adapter closed--> CLOSED
 * </pre>
 */
enum LinkState {
    IDLE, CONNECTING, GREETING, READY, PAUSED, CLOSED
}
