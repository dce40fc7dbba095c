package com.foobar.app;

import com.foobar.app.config.AppSettings;
import com.foobar.kit.ServiceDefinition;
import com.foobar.kit.ServiceRunner;

/** Starts the application tier. */
public final class AppMain {
    /** What this service is. */
    public static final ServiceDefinition<AppSettings> DEFINITION = new ServiceDefinition<>(
            "app-service",
            "The application tier of www.foobar.com: the RealWorld API over MySQL.",
            AppSettings.class,
            AppService::new);

    private AppMain() {}

    public static void main(String[] args) {
        ServiceRunner.run(DEFINITION, args);
    }
}
