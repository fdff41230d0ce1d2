package org.kvdock.cli.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.cli.workload.Request;
import org.kvdock.cli.workload.SyntheticWorkload;
import org.kvdock.l2.Bitmap;

class TransferBookTest {
    private final TransferBook book = new TransferBook();
    // Any request will do: all blocks of it are distinct.
    private final Request request = SyntheticWorkload.make(1, 50).requests().stream()
            .filter(one -> one.size() >= 4)
            .findFirst()
            .orElseThrow();
    private final int size = request.size();

    @Test
    @DisplayName("computed and moved is transferred, computed and not moved is deduplicated, moved and not computed is resent")
    void plain() {
        compute(2);
        Bitmap moved = new Bitmap(size);
        moved.set(0);
        moved.set(2);
        Bitmap stored = Bitmap.ones(size);
        assertEquals(new TransferBook.Entry(1, size - 3, 1, 0), book.ended(request, 2, stored, moved));
    }

    @Test
    @DisplayName("a block that the next request's task moved first is transferred, once, and neither resent nor deduplicated")
    void overtaken() {
        compute(0);
        Bitmap all = Bitmap.ones(size);
        Bitmap none = new Bitmap(size);
        // The same blocks, all of them prefix hits, and its task ends first.
        assertEquals(new TransferBook.Entry(size, 0, 0, 0), book.ended(request, size, all, all));
        assertEquals(new TransferBook.Entry(0, 0, 0, 0), book.ended(request, 0, all, none));
        assertEquals(new TransferBook.Entry(0, 0, size, 0), book.ended(request, size, all, all));
    }

    @Test
    @DisplayName("a block computed twice is settled twice")
    void twice() {
        compute(0);
        compute(0);
        Bitmap all = Bitmap.ones(size);
        assertEquals(new TransferBook.Entry(size, 0, 0, 0), book.ended(request, 0, all, all));
        assertEquals(new TransferBook.Entry(0, size, 0, 0), book.ended(request, 0, all, new Bitmap(size)));
    }

    @Test
    @DisplayName("a computation whose store failed is forgotten: a later move of its block is a transfer of a later one")
    void failed() {
        compute(0);
        Bitmap none = new Bitmap(size);
        assertEquals(new TransferBook.Entry(0, 0, 0, size), book.ended(request, 0, none, none));
        compute(0);
        assertEquals(
                List.of(new TransferBook.Entry(size, 0, 0, 0), new TransferBook.Entry(0, 0, size, 0)),
                List.of(
                        book.ended(request, 0, Bitmap.ones(size), Bitmap.ones(size)),
                        book.ended(request, size, Bitmap.ones(size), Bitmap.ones(size))));
    }

    private void compute(int from) {
        for (int i = from; i < size; i++) {
            book.computed(request.block(i));
        }
    }
}
