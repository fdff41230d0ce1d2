package org.kvdock.l2.pd.sender;

/**
 * What a link says of itself in its hello.
 *
 * @param name the adapter instance's, for people
 * @param session this sender instance's number
 * @param rank which of its links this is
 */
record Greeting(String name, long session, int rank) {}
