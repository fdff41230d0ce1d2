package org.kvdock.l2.pd.staging;

import java.util.ArrayList;
import java.util.List;

/** The segments that one sender may write into. Guarded by its {@link Staging}. */
public final class Arena {
    final List<Segment> segments = new ArrayList<>();

    Arena() {}
}
