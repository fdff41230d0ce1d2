package org.kvdock.l2.pd;

import org.kvdock.l2.pd.ucx.NeedsUcx;

@NeedsUcx
class UcxEightTest extends PairEight {
    @Override
    String channel() {
        return "ucx";
    }
}
