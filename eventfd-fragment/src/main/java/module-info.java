/** Native half of the eventfds: a fragment of the API bundle, and a provider of the library elsewhere. */
module org.kvdock.eventfd {
    requires org.kvdock.l2.api;

    provides org.kvdock.l2.event.NativeLocator with org.kvdock.eventfd.FragmentLocator;
}
