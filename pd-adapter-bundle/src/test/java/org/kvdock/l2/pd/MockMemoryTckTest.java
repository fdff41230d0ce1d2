package org.kvdock.l2.pd;

import java.util.HashMap;
import java.util.Map;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.journal.TaskJournals;
import org.kvdock.l2.tck.AdapterTck;
import org.kvdock.l2.tck.TestedAdapter;

/** The PD adapter keeps the contract over the channel {@code mock_memory}. */
class MockMemoryTckTest extends AdapterTck {
    @Override
    protected TestedAdapter open(Map<String, Object> settings, TaskJournals journals) {
        Map<String, Object> config = new HashMap<>(settings);
        config.putAll(Pd.config("role", "sender", "transfer_channel", "mock_memory", "buffer_size", 96 << 20));
        L2Adapter adapter = new PdAdapterFactory().create("memory", config, journals);
        return () -> adapter;
    }
}
