/** The contract as a JUnit Jupiter kit that any adapter extends. */
module org.kvdock.l2.tck {
    requires transitive org.kvdock.l2.api;
    requires transitive org.junit.jupiter.api;
    requires transitive org.junit.jupiter.params;
    requires static org.osgi.annotation.bundle;
    requires static org.osgi.annotation.versioning;

    exports org.kvdock.l2.tck;
}
