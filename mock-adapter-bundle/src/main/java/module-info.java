/** Mock adapter with a fault injector. */
module org.kvdock.l2.mock {
    requires transitive org.kvdock.l2.api;
    requires static org.osgi.annotation.bundle;
    requires static org.osgi.annotation.versioning;
    requires static osgi.core;
    requires static org.osgi.service.component.annotations;
    requires static org.osgi.service.metatype.annotations;

    exports org.kvdock.l2.mock;

    provides org.kvdock.l2.L2AdapterFactory with org.kvdock.l2.mock.MockAdapterFactory;
}
