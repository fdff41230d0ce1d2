package org.kvdock.l2.pd.shm;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;

/**
 * Unmaps at once what would otherwise keep a deleted file's memory until the collector comes by. The JDK offers this in
 * {@code sun.misc.Unsafe} alone (up to 21); where that is out of reach, the collector does it.
 */
final class Unmapper {
    private static final Object UNSAFE;
    private static final Method INVOKE_CLEANER;

    static {
        Object unsafe = null;
        Method cleaner = null;
        try {
            // By name: neither the module nor the bundle shall need it.
            Class<?> type = Class.forName("sun.misc.Unsafe", true, ClassLoader.getSystemClassLoader());
            Field field = type.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            unsafe = field.get(null);
            cleaner = type.getMethod("invokeCleaner", ByteBuffer.class);
        } catch (ReflectiveOperationException | RuntimeException e) {
            // The collector does it.
        }
        UNSAFE = unsafe;
        INVOKE_CLEANER = cleaner;
    }

    private Unmapper() {}

    /** @param mapped the mapping itself, not a view of it; nobody touches it or a view of it any more */
    static void unmap(MappedByteBuffer mapped) {
        if (INVOKE_CLEANER != null) {
            try {
                INVOKE_CLEANER.invoke(UNSAFE, mapped);
            } catch (ReflectiveOperationException e) {
                // The collector does it.
            }
        }
    }
}
