package org.kvdock.l2.pd;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.kvdock.l2.pd.ucx.UcxChannel;

/** Where this machine has no UCX that is let through, each case is left out, saying what to install. */
@DisplayName("PD ucx")
class UcxTckTest extends PairTck {
    @Override
    String channel() {
        return "ucx";
    }

    @Override
    void assumeChannel() {
        new UcxChannel().obstacle().ifPresent(Assumptions::abort);
    }
}
