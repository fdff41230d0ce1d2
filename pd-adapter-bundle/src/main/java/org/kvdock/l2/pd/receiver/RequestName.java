package org.kvdock.l2.pd.receiver;

import java.util.Comparator;

/**
 * Names a request at a receiver: two senders may use one id, and neither can touch the other's. Has an order, so that a hash
 * map finds it among names that a sender has chosen to have one hash code (R15).
 *
 * @param sender whose it is
 * @param id the request's name, empty for a transfer that belongs to none
 */
record RequestName(String sender, String id) implements Comparable<RequestName> {
    private static final Comparator<RequestName> ORDER =
            Comparator.comparing(RequestName::sender).thenComparing(RequestName::id);

    boolean isNamed() {
        return !id.isEmpty();
    }

    @Override
    public int compareTo(RequestName other) {
        return ORDER.compare(this, other);
    }
}
