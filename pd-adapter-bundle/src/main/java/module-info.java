/** Prefill/decode adapter: sender, receiver, transfer channels. */
module org.kvdock.l2.pd {
    requires transitive org.kvdock.l2.api;
    requires org.zeromq.jeromq;
    requires msgpack.core;
    requires static org.osgi.annotation.bundle;
    requires static org.osgi.annotation.versioning;
    requires static osgi.core;
    requires static org.osgi.service.component.annotations;
    requires static org.osgi.service.metatype.annotations;

    exports org.kvdock.l2.pd;
    exports org.kvdock.l2.pd.channel.spi;
    // The command line makes key files, and reads and changes what passes in its campaigns; no bundle sees it.
    exports org.kvdock.l2.pd.security to org.kvdock.cli;
    exports org.kvdock.l2.pd.wire to org.kvdock.cli;

    uses org.kvdock.l2.pd.channel.spi.TransferChannel;

    provides org.kvdock.l2.L2AdapterFactory with org.kvdock.l2.pd.PdAdapterFactory;
}
