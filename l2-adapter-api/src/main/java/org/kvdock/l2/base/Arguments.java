package org.kvdock.l2.base;

import java.util.List;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.ObjectKey;

/** What a submit checks before anything is accepted. Lists are copied: they are the caller's again at once. */
final class Arguments {
    private Arguments() {}

    static List<ObjectKey> keys(List<ObjectKey> keys, AdapterSettings settings) {
        if (keys.size() > settings.maxKeysPerTask()) {
            throw new BadArgumentException("keys", keys.size() + " keys", "at most " + settings.maxKeysPerTask());
        }
        return List.copyOf(keys);
    }

    static List<KvBuffer> objects(List<ObjectKey> keys, List<KvBuffer> objects, AdapterSettings settings) {
        if (objects.size() != keys.size()) {
            throw new BadArgumentException("objects", objects.size() + " objects", keys.size() + ", one for each key");
        }
        List<KvBuffer> buffers = List.copyOf(objects);
        for (int i = 0; i < buffers.size(); i++) {
            int length = buffers.get(i).length();
            if (length > settings.maxObjectBytes()) {
                throw new BadArgumentException(
                        "object of " + keys.get(i), length + " bytes", "at most " + settings.maxObjectBytes());
            }
        }
        return buffers;
    }

    static int[] lengths(List<KvBuffer> buffers) {
        int[] lengths = new int[buffers.size()];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = buffers.get(i).length();
        }
        return lengths;
    }

    static long bytes(List<KvBuffer> buffers) {
        long bytes = 0;
        for (int i = 0; i < buffers.size(); i++) {
            bytes += buffers.get(i).length();
        }
        return bytes;
    }
}
