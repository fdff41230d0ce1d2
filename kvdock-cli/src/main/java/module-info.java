/** Command line, OSGi launcher, workload replay. */
module org.kvdock.cli {
    requires org.kvdock.host;
    requires org.kvdock.journal.chronicle;
    requires info.picocli;
    requires com.fasterxml.jackson.core;
    requires HdrHistogram;
    requires org.apache.felix.framework;
}
