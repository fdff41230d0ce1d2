package org.kvdock.cli.component;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.kvdock.cli.launch.Channels;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/**
 * Reports a component that fails to start, in place of a silence that somebody must wait out, and tells on demand which
 * of kvdock's wait and for what. Declarative services signal most changes but not every failure, so being asked is
 * an occasion to look as well.
 */
@Component(service = Supplier.class, immediate = true, property = Channels.CHANNEL + "=" + Channels.DIAGNOSIS)
public final class ComponentWatch implements Supplier<String> {
    private static final String OURS = "org.kvdock.";

    private final ServiceComponentRuntime runtime;
    private final Consumer<String> report;
    // Guarded by this.
    private final Set<String> told = new HashSet<>();

    /**
     * @param runtime knows all components; it changes its properties whenever one of them changes
     * @param report takes events
     */
    @Activate
    public ComponentWatch(
            @Reference(updated = "changed") ServiceComponentRuntime runtime,
            @Reference(target = "(" + Channels.CHANNEL + "=" + Channels.REPORT + ")") Consumer<String> report) {
        this.runtime = runtime;
        this.report = report;
    }

    synchronized void changed(ServiceComponentRuntime changed) {
        for (ComponentDescriptionDTO component : changed.getComponentDescriptionDTOs()) {
            for (ComponentConfigurationDTO configuration : changed.getComponentConfigurationDTOs(component)) {
                if (configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION
                        && told.add(component.name + configuration.id)) {
                    report.accept(new Event("failed")
                            .with("component", component.name + name(configuration))
                            .with("why", cause(configuration.failure))
                            .line());
                }
            }
        }
    }

    // Several adapters have the same component: each has a name.
    private static String name(ComponentConfigurationDTO configuration) {
        Object name = configuration.properties.get("name");
        return name == null ? "" : " (" + name + ")";
    }

    // The last cause in the printed stack is what the component itself said.
    private static String cause(String stack) {
        return stack.lines()
                .filter(line -> line.startsWith("Caused by: "))
                .reduce((first, second) -> second)
                .orElseGet(() -> stack.lines().findFirst().orElse(""))
                .replace("Caused by: ", "");
    }

    /** @return a line for each kvdock component that is not running; empty if all run */
    @Override
    public String get() {
        changed(runtime);
        List<String> lines = new ArrayList<>();
        for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs()) {
            if (component.bundle.symbolicName.startsWith(OURS)) {
                describe(component, lines);
            }
        }
        return String.join("\n", lines);
    }

    // Arguments of constructors have no names; what they want has one.
    private static String service(ComponentDescriptionDTO component, UnsatisfiedReferenceDTO reference) {
        return Arrays.stream(component.references)
                .filter(wanted -> wanted.name.equals(reference.name))
                .map(wanted -> wanted.interfaceName)
                .findFirst()
                .orElse(reference.name);
    }

    private void describe(ComponentDescriptionDTO component, List<String> lines) {
        var configurations = runtime.getComponentConfigurationDTOs(component);
        if (configurations.isEmpty()) {
            lines.add(component.name + ": has no configuration");
        }
        for (ComponentConfigurationDTO configuration : configurations) {
            for (UnsatisfiedReferenceDTO reference : configuration.unsatisfiedReferences) {
                lines.add(component.name + ": waits for " + service(component, reference)
                        + (reference.target == null ? "" : " " + reference.target));
            }
            if (configuration.state == ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION) {
                lines.add(component.name + ": waits for its configuration");
            } else if (configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
                lines.add(component.name + ": failed: " + cause(configuration.failure));
            }
        }
    }
}
