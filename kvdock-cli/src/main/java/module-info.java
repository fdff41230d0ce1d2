/** Command line, OSGi launcher, workload replay. */
module org.kvdock.cli {
    requires java.management;
    requires org.kvdock.l2.api;
    requires org.kvdock.host;
    requires org.kvdock.l2.pd;
    requires org.kvdock.journal.chronicle;
    requires org.kvdock.relay;
    requires info.picocli;
    requires me.tongfei.progressbar;
    requires org.jline.terminal;
    requires com.fasterxml.jackson.core;
    requires HdrHistogram;
    requires org.apache.felix.framework;
    requires org.zeromq.jeromq;
    requires msgpack.core;
    requires org.osgi.service.cm;
    requires org.osgi.service.component;
    requires static org.osgi.service.component.annotations;

    uses org.kvdock.l2.L2AdapterFactory;
    uses org.osgi.framework.launch.FrameworkFactory;

    opens org.kvdock.cli to info.picocli;
    opens org.kvdock.cli.demo to info.picocli;
    opens org.kvdock.cli.journal to info.picocli;
    opens org.kvdock.cli.lab to info.picocli;
    opens org.kvdock.cli.lab.crash to info.picocli;
    opens org.kvdock.cli.lab.fault to info.picocli;
    opens org.kvdock.cli.lab.swap to info.picocli;
}
