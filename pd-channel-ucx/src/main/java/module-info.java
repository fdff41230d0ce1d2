/** Optional transfer channel over UCX. */
module org.kvdock.l2.pd.ucx {
    requires org.kvdock.l2.pd;
    requires jucx;
    requires static org.osgi.annotation.bundle;
    requires static org.osgi.annotation.versioning;
    requires static org.osgi.service.component.annotations;

    provides org.kvdock.l2.pd.channel.spi.TransferChannel with org.kvdock.l2.pd.ucx.UcxChannel;
}
