package org.kvdock.l2;

import java.util.Map;

/**
 * What an adapter holds, and under which salts.
 *
 * @param bytes bytes of all objects
 * @param objects number of objects
 * @param bytesBySalt bytes by cache salt, the empty salt included; salts without an object are left out
 * @param capacityBytes what it can hold, or -1 if it does not know
 */
public record Usage(long bytes, long objects, Map<String, Long> bytesBySalt, long capacityBytes) {
    public Usage {
        bytesBySalt = Map.copyOf(bytesBySalt);
    }
}
