/** The SPI of an L2 adapter, and the base that adapters are built on. */
module org.kvdock.l2.api {
    requires static org.osgi.annotation.bundle;
    requires static org.osgi.annotation.versioning;

    exports org.kvdock.l2;
    exports org.kvdock.l2.event;
    exports org.kvdock.l2.journal;
    exports org.kvdock.l2.base;
    exports org.kvdock.l2.async;

    uses org.kvdock.l2.event.NativeLocator;
}
