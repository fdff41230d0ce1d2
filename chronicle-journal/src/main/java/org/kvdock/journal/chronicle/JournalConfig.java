package org.kvdock.journal.chronicle;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * What configuration tools show for {@value ChronicleJournalsComponent#PID}. Read by bnd only: two underscores in a
 * method's name are one in the key. Bounds are checked, and named in the message, by {@link JournalSettings}.
 */
@ObjectClassDefinition(name = "kvdock journal", description = "where and how adapters' task journals are kept")
@interface JournalConfig {
    @AttributeDefinition(description = "directory of the journals, one below it for each adapter")
    String root();

    @AttributeDefinition(
            description = "what is promised about power loss",
            options = {
                @Option(label = "process", value = "process"),
                @Option(label = "interval", value = "interval"),
                @Option(label = "record", value = "record")
            })
    String durability() default "process";

    @AttributeDefinition(description = "durability interval: how often records go to disk")
    long sync__interval__ms() default 100;

    @AttributeDefinition(description = "how long one file is written before the next is begun")
    long roll__ms() default 3_600_000;

    @AttributeDefinition(description = "how long one file may become")
    long roll__bytes() default 1 << 30;

    @AttributeDefinition(description = "records between two checkpoints")
    int checkpoint__records() default 200_000;

    @AttributeDefinition(description = "how long closed files are kept; 0 for ever")
    long retain__hours() default 0;

    @AttributeDefinition(description = "how many bytes of files are kept; 0 for all")
    long retain__bytes() default 0;
}
