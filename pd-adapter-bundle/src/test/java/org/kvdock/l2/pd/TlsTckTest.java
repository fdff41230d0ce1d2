package org.kvdock.l2.pd;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.kvdock.l2.pd.security.TestKeys;

/** As over the channel {@code tcp}, under TLS, and CURVE beside it. */
@DisplayName("PD tcp, TLS")
class TlsTckTest extends PairTck {
    @Override
    String channel() {
        return "tcp";
    }

    @Override
    Map<String, Object> secured(Role role) {
        return role == Role.RECEIVER
                ? Map.of("security_dir", TestKeys.of("r").toString())
                : Map.of("security_dir", TestKeys.of("a").toString(), "peer_key", "r");
    }
}
