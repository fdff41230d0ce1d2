package org.kvdock.l2.journal;

import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.JournalUnavailableException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Opens journals, one for each adapter instance. A service in OSGi; found by {@link java.util.ServiceLoader} without.
 *
 * <p>Implemented by journals, called by adapters: a new method is a minor version, which journals must follow.
 */
@ProviderType
public interface TaskJournals {
    /**
     * Opens an adapter's journal: folds what is there, starts a new epoch, closes the open tasks of earlier ones.
     *
     * @param adapter the adapter instance's name: 1 to 100 characters of letters, digits, dot, dash and underscore, not
     *     beginning with a dot, since it becomes a directory
     * @return the journal, open for writing
     * @throws BadConfigurationException if the name is not as above
     * @throws JournalUnavailableException if another writer has it open, or it cannot be written
     */
    TaskJournal open(String adapter);
}
