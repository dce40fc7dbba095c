package com.foobar.lb;

import com.foobar.kit.ServiceDefinition;
import com.foobar.kit.ServiceRunner;
import com.foobar.lb.config.LbSettings;

/** {@code java -jar lb-service.jar}. */
public final class LbMain {
    /** The service as the kit runs it. */
    public static final ServiceDefinition<LbSettings> DEFINITION = new ServiceDefinition<>(
            "lb-service",
            "Load balancer: HTTPS frontends before health-checked web servers.",
            LbSettings.class,
            LbService::new);

    private LbMain() {}

    public static void main(String[] arguments) {
        ServiceRunner.run(DEFINITION, arguments);
    }
}
