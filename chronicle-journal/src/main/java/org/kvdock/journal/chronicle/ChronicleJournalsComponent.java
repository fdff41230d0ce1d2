package org.kvdock.journal.chronicle;

import java.util.Map;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskJournals;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/** The journals as a service; there once the configuration {@value #PID} is. */
@Component(
        service = TaskJournals.class,
        configurationPid = ChronicleJournalsComponent.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = JournalConfig.class)
public final class ChronicleJournalsComponent implements TaskJournals {
    /** Its configuration; the keys are those of {@link JournalSettings#read}. */
    public static final String PID = "org.kvdock.journal.chronicle";

    private final ChronicleJournals journals;

    /**
     * @param configuration the configuration's properties
     * @throws org.kvdock.l2.BadConfigurationException if one is not allowed
     */
    @Activate
    public ChronicleJournalsComponent(Map<String, Object> configuration) {
        this.journals = ChronicleJournals.with(JournalSettings.read(ConfigReader.of(configuration)));
    }

    @Override
    public TaskJournal open(String adapter) {
        return journals.open(adapter);
    }

    @Deactivate
    void deactivate() {
        journals.close();
    }
}
