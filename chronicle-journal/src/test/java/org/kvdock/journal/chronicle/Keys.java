package org.kvdock.journal.chronicle;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.kvdock.l2.ObjectKey;

/** Keys for tests. */
final class Keys {
    private Keys() {}

    static ObjectKey key(long number) {
        return ObjectKey.of(ByteBuffer.allocate(16).putLong(number).putLong(~number).array(), "model", 0, 0, "");
    }

    static List<ObjectKey> keys(long first, int count) {
        List<ObjectKey> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(key(first + i));
        }
        return keys;
    }
}
