/** Task journal on Chronicle Queue. */
module org.kvdock.journal.chronicle {
    requires transitive org.kvdock.l2.api;
    requires chronicle.queue;
    requires chronicle.core;
    requires chronicle.bytes;
    requires chronicle.wire;
    requires chronicle.threads;
    requires posix;
    requires org.slf4j;
    requires static org.osgi.annotation.bundle;
    requires static org.osgi.annotation.versioning;
    requires static org.osgi.service.component.annotations;
    requires static org.osgi.service.metatype.annotations;

    exports org.kvdock.journal.chronicle;
    exports org.kvdock.journal.chronicle.read;
    exports org.kvdock.journal.chronicle.replay;

    provides org.kvdock.l2.journal.TaskJournals with
            org.kvdock.journal.chronicle.ChronicleJournals;
}
