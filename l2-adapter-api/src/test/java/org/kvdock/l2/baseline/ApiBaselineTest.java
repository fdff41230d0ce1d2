package org.kvdock.l2.baseline;

import org.kvdock.l2.L2Adapter;

/** What adapters are written against. */
class ApiBaselineTest extends PackageBaseline {
    ApiBaselineTest() {
        super(L2Adapter.class, "l2-adapter-api");
    }
}
