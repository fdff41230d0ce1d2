package org.kvdock.l2.pd.receiver;

/**
 * Names a request at a receiver: two senders may use one id, and neither can touch the other's.
 *
 * @param sender whose it is
 * @param id the request's name, empty for a transfer that belongs to none
 */
record RequestName(String sender, String id) {
    boolean isNamed() {
        return !id.isEmpty();
    }
}
