package org.kvdock.host;

import java.util.Objects;

/**
 * An adapter at the dock, as policies see it.
 *
 * @param id unique in this host for all time; a smaller one was docked earlier
 * @param name the adapter instance's name
 * @param type its type, for example {@code pd}
 */
public record DockedAdapter(int id, String name, String type) {
    public DockedAdapter {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
    }
}
