package org.kvdock.host;

import org.kvdock.l2.baseline.PackageBaseline;

/** What policies and the host's users are written against. */
class HostBaselineTest extends PackageBaseline {
    HostBaselineTest() {
        super(StorageManager.class, "cache-host");
    }
}
