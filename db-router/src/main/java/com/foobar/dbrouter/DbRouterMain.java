package com.foobar.dbrouter;

import com.foobar.dbrouter.config.DbRouterSettings;
import com.foobar.kit.ServiceDefinition;
import com.foobar.kit.ServiceRunner;

/** Starts the database read/write router. */
public final class DbRouterMain {
    /** What the kit needs to know of this service. */
    public static final ServiceDefinition<DbRouterSettings> DEFINITION = new ServiceDefinition<>(
            "db-router",
            "Routes MySQL clients: writes and transactions to the primary, reads to replicas that are up to date.",
            DbRouterSettings.class,
            DbRouterService::new);

    private DbRouterMain() {}

    public static void main(String[] args) {
        ServiceRunner.run(DEFINITION, args);
    }
}
