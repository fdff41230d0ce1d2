package org.kvdock.fuzz;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** All targets, in the order of a campaign; targets are services, since they live in the packages of what they try. */
public final class Targets {
    private Targets() {}

    /** @return a new one of each */
    public static List<FuzzTarget> all() {
        return ServiceLoader.load(FuzzTarget.class, Targets.class.getClassLoader()).stream().map(ServiceLoader.Provider::get).toList();
    }

    /** @return the target of that name, if there is one */
    public static Optional<FuzzTarget> named(String name) {
        return all().stream().filter(target -> target.name().equals(name)).findFirst();
    }
}
