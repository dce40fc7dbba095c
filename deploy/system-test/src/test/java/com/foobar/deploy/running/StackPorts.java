package com.foobar.deploy.running;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Random;

/** The ports of a stack beside others: the default ones, moved up by an offset at which all of them are free. */
public record StackPorts(int offset) {
    private static final Map<String, Integer> TRAFFIC = Map.ofEntries(
            Map.entry("lb-1", 8443),
            Map.entry("lb-2", 9443),
            Map.entry("web-1", 8101),
            Map.entry("web-2", 8102),
            Map.entry("app-1", 8201),
            Map.entry("app-2", 8202),
            Map.entry("db-router-1", 3301),
            Map.entry("db-router-2", 3302),
            Map.entry("db-1", 3311),
            Map.entry("db-2", 3312),
            Map.entry("db-3", 3313));
    private static final Map<String, Integer> REDIRECT = Map.of("lb-1", 8080, "lb-2", 9080);
    private static final Map<String, Integer> MANAGEMENT = Map.of(
            "lb-1",
            9901,
            "lb-2",
            9902,
            "web-1",
            9911,
            "web-2",
            9912,
            "app-1",
            9921,
            "app-2",
            9922,
            "db-router-1",
            9931,
            "db-router-2",
            9932);

    /** Ports that are free now, below those that the kernel hands out to clients. */
    public static StackPorts free() {
        Random random = new Random();
        for (int attempt = 0; attempt < 100; attempt++) {
            StackPorts ports = new StackPorts(1_000 + 100 * random.nextInt(200));
            if (ports.areFree()) {
                return ports;
            }
        }
        throw new IllegalStateException("no offset found at which all ports are free");
    }

    /** HTTPS of a balancer, HTTP of a web or app server, MySQL of a router or database. */
    public int traffic(String instance) {
        return offset + TRAFFIC.get(instance);
    }

    /** Where a balancer takes plain HTTP, to redirect it. */
    public int redirect(String balancer) {
        return offset + REDIRECT.get(balancer);
    }

    public int management(String instance) {
        return offset + MANAGEMENT.get(instance);
    }

    private boolean areFree() {
        return TRAFFIC.values().stream().allMatch(this::isFree)
                && REDIRECT.values().stream().allMatch(this::isFree)
                && MANAGEMENT.values().stream().allMatch(this::isFree);
    }

    private boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), offset + port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
