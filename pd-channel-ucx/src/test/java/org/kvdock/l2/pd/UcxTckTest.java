package org.kvdock.l2.pd;

import org.kvdock.l2.pd.ucx.NeedsUcx;

@NeedsUcx
class UcxTckTest extends PairTck {
    @Override
    String channel() {
        return "ucx";
    }
}
