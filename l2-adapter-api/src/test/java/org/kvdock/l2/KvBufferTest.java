package org.kvdock.l2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class KvBufferTest {
    private static ByteBuffer numbered(int length) {
        ByteBuffer direct = ByteBuffer.allocateDirect(length);
        for (int i = 0; i < length; i++) {
            direct.put(i, (byte) i);
        }
        return direct;
    }

    @Test
    void sliceSharesMemory() {
        ByteBuffer memory = numbered(16);
        KvBuffer chunk = KvBuffer.of(memory, 4, 8);
        assertEquals(8, chunk.length());
        assertEquals(4, chunk.view().get(0));
        memory.put(4, (byte) 99);
        assertEquals(99, chunk.view().get(0));
    }

    @Test
    void positionAndLimitOfTheMemoryDoNotMatterLater() {
        ByteBuffer memory = numbered(16).position(2).limit(10);
        KvBuffer chunk = KvBuffer.of(memory);
        memory.clear().position(15);
        assertEquals(8, chunk.length());
        assertEquals(2, chunk.view().get());
        assertEquals(16, KvBuffer.of(numbered(16).position(16), 0, 16).length(), "counted from index 0");
    }

    @Test
    void viewsAreIndependentBigEndianAndWhole() {
        KvBuffer chunk = KvBuffer.of(numbered(16).order(ByteOrder.LITTLE_ENDIAN), 1, 8);
        chunk.view().position(3).limit(5);
        ByteBuffer view = chunk.view();
        assertEquals(0, view.position());
        assertEquals(8, view.limit());
        assertEquals(8, view.capacity(), "nothing outside the chunk can be reached");
        assertEquals(ByteOrder.BIG_ENDIAN, view.order());
    }

    @Test
    void heapMemoryIsRefusedAndTheMessageSaysWhatToDo() {
        BadArgumentException e = assertThrows(BadArgumentException.class, () -> KvBuffer.of(ByteBuffer.allocate(4)));
        assertTrue(e.getMessage().contains("copyOf"), e.getMessage());
        assertThrows(BadArgumentException.class, () -> KvBuffer.of(ByteBuffer.allocate(4), 0, 4));
    }

    @Test
    void readOnlyMemoryIsRefused() {
        assertThrows(BadArgumentException.class, () -> KvBuffer.of(numbered(4).asReadOnlyBuffer()));
    }

    @Test
    void heapBytesAreCopied() {
        byte[] bytes = {1, 2, 3};
        KvBuffer chunk = KvBuffer.copyOf(bytes);
        bytes[0] = 9;
        assertEquals(1, chunk.view().get(0));
        assertTrue(chunk.view().isDirect());
    }

    @Test
    void rangesAreChecked() {
        ByteBuffer memory = numbered(8);
        for (int[] range : new int[][] {{-1, 1}, {0, -1}, {0, 9}, {8, 1}, {9, 0}, {4, Integer.MAX_VALUE}, {Integer.MAX_VALUE, 1}}) {
            BadArgumentException e =
                    assertThrows(BadArgumentException.class, () -> KvBuffer.of(memory, range[0], range[1]));
            assertTrue(e.getMessage().contains("[0, 8)"), e.getMessage());
        }
        assertEquals(0, KvBuffer.of(memory, 8, 0).length());
        assertEquals(0, KvBuffer.allocate(0).length());
    }
}
