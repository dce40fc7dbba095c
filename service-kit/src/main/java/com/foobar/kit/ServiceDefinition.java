package com.foobar.kit;

import java.util.function.Function;

/**
 * What a service is, as its main class declares it.
 *
 * @param name as in its jar's name: {@code lb-service}
 * @param summary one line for {@code --help}
 * @param settings the root record of its settings
 * @param factory makes the service from what the kit provides; does no I/O
 */
public record ServiceDefinition<S extends ServiceSettings>(
        String name, String summary, Class<S> settings, Function<ServiceContext<S>, Service> factory) {

    /** The version in the jar's manifest; {@code dev} when run from classes. */
    public String version() {
        String version = settings.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
