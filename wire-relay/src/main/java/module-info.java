/** A relay between two ends of TCP connections, for tests and campaigns. */
module org.kvdock.relay {
    exports org.kvdock.relay;
}
