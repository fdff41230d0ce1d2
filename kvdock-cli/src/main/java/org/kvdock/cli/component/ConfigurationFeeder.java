package org.kvdock.cli.component;

import java.io.IOException;
import java.util.Hashtable;
import java.util.Map;
import java.util.function.Supplier;
import org.kvdock.cli.launch.Channels;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Gives the launcher's configurations to the configuration admin: {@code pid}, or {@code factoryPid~name}. */
@Component(service = {}, immediate = true)
public final class ConfigurationFeeder {
    /**
     * @param admin keeps them
     * @param configurations gives values by key by PID
     * @throws IOException if the configuration admin cannot keep one
     */
    @Activate
    public ConfigurationFeeder(
            @Reference ConfigurationAdmin admin,
            @Reference(target = "(" + Channels.CHANNEL + "=" + Channels.CONFIGURATIONS + ")")
                    Supplier<Map<String, Map<String, Object>>> configurations)
            throws IOException {
        for (Map.Entry<String, Map<String, Object>> entry : configurations.get().entrySet()) {
            configuration(admin, entry.getKey()).update(new Hashtable<>(entry.getValue()));
        }
    }

    // "?": for whichever bundle asks for it.
    private static Configuration configuration(ConfigurationAdmin admin, String pid) throws IOException {
        int tilde = pid.indexOf('~');
        return tilde < 0
                ? admin.getConfiguration(pid, "?")
                : admin.getFactoryConfiguration(pid.substring(0, tilde), pid.substring(tilde + 1), "?");
    }
}
