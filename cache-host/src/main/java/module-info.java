/** Host cache framework: L1, controllers, the dock for adapters. */
module org.kvdock.host {
    requires transitive org.kvdock.l2.api;
    requires static org.osgi.annotation.bundle;
    requires static org.osgi.annotation.versioning;
    requires static org.osgi.service.component.annotations;
    requires static org.osgi.service.metatype.annotations;

    exports org.kvdock.host;
}
