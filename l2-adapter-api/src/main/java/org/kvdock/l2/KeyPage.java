package org.kvdock.l2;

import java.util.List;
import java.util.Optional;

/**
 * One page of an adapter's keys, oldest first. The order is stable: a key keeps its place for as long as it is held.
 *
 * @param keys the page's keys, at most the page size
 * @param next what to pass for the next page, empty after the last one
 */
public record KeyPage(List<ObjectKey> keys, Optional<String> next) {
    public KeyPage {
        keys = List.copyOf(keys);
    }
}
