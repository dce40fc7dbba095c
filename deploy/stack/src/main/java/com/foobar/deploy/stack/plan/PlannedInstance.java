package com.foobar.deploy.stack.plan;

import java.util.List;

/**
 * One process of the stack.
 *
 * @param name   its name everywhere: commands, log file, metrics
 * @param number counted from 1 within its tier
 * @param ports  those of traffic first, then the management port where there is one
 */
public record PlannedInstance(String name, Tier tier, int number, List<Port> ports) {

    public static final String MANAGEMENT = "management";

    public PlannedInstance {
        ports = List.copyOf(ports);
    }

    /** The port of that purpose. @throws IllegalArgumentException when there is none */
    public int port(String purpose) {
        return ports.stream()
                .filter(port -> port.purpose().equals(purpose))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " has no " + purpose + " port"))
                .number();
    }
}
