/** Native half of the eventfds: a fragment of the API bundle. */
module org.kvdock.eventfd {
    requires org.kvdock.l2.api;
    requires static org.osgi.annotation.bundle;
    requires static org.osgi.annotation.versioning;
}
