package com.foobar.deploy.stack.plan;

import com.foobar.deploy.stack.failure.StackFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The default stack: two of each tier and a database primary with two replicas, all on 127.0.0.1.
 *
 * @param portOffset added to every port, so that several stacks fit on one machine
 */
public record StackPlan(int portOffset, List<PlannedInstance> instances) {

    /** Every process listens here and nowhere else. */
    public static final String HOST = "127.0.0.1";

    /** The highest port of the default stack, which the offset must not push over 65535. */
    private static final int HIGHEST_PORT = 9932;

    public StackPlan {
        instances = List.copyOf(instances);
    }

    /**
     * The default stack with all its ports moved up.
     *
     * @param portOffset 0 to 55603
     * @throws StackFailure when the offset is out of range
     */
    public static StackPlan withPortOffset(int portOffset) {
        if (portOffset < 0 || portOffset > 65535 - HIGHEST_PORT) {
            throw new StackFailure("port offset: " + portOffset + " (expected: 0-" + (65535 - HIGHEST_PORT) + ")");
        }
        List<PlannedInstance> instances = new ArrayList<>();
        for (int number = 1; number <= 2; number++) {
            Port https = new Port("https", portOffset + 7443 + 1000 * number);
            Port http = new Port("http", portOffset + 7080 + 1000 * number);
            instances.add(instance(Tier.LOAD_BALANCER, number, https, http, management(portOffset + 9900 + number)));
        }
        for (int number = 1; number <= 2; number++) {
            Port http = new Port("http", portOffset + 8100 + number);
            instances.add(instance(Tier.WEB, number, http, management(portOffset + 9910 + number)));
        }
        for (int number = 1; number <= 2; number++) {
            Port http = new Port("http", portOffset + 8200 + number);
            instances.add(instance(Tier.APP, number, http, management(portOffset + 9920 + number)));
        }
        for (int number = 1; number <= 2; number++) {
            Port mysql = new Port("mysql", portOffset + 3300 + number);
            instances.add(instance(Tier.DB_ROUTER, number, mysql, management(portOffset + 9930 + number)));
        }
        for (int number = 1; number <= 3; number++) {
            instances.add(instance(Tier.DATABASE, number, new Port("mysql", portOffset + 3310 + number)));
        }
        return new StackPlan(portOffset, instances);
    }

    public List<PlannedInstance> tier(Tier tier) {
        return instances.stream().filter(instance -> instance.tier() == tier).toList();
    }

    public Optional<PlannedInstance> instance(String name) {
        return instances.stream()
                .filter(instance -> instance.name().equals(name))
                .findFirst();
    }

    private static PlannedInstance instance(Tier tier, int number, Port... ports) {
        return new PlannedInstance(tier.prefix() + "-" + number, tier, number, List.of(ports));
    }

    private static Port management(int number) {
        return new Port(PlannedInstance.MANAGEMENT, number);
    }
}
