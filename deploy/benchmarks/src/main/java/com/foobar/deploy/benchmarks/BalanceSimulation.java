package com.foobar.http.balance;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * Requests that arrive at random at servers that each work on eight at a time and have the others wait, in simulated time. The
 * same numbers come out each time.
 */
final class Simulation {
    private static final int PLACES = 8;
    private static final double MEAN_SERVICE_NANOS = 10e6;
    /** Before measuring, as part of all requests. */
    private static final double WARM_UP = 0.2;

    /**
     * What came of it.
     *
     * @param requestDeviation standard deviation of the requests that servers got, relative to the mean
     * @param mostInFlight of all servers at any time, relative to the mean
     * @param meanMillis response time
     * @param p99Millis response time that one of a hundred exceeded
     */
    record Result(String algorithm, double requestDeviation, double mostInFlight, double meanMillis, double p99Millis) {
        static String header() {
            return String.format(
                    Locale.ROOT,
                    "%-22s %20s %20s %12s %12s",
                    "algorithm",
                    "requests: deviation",
                    "in flight: most/mean",
                    "mean ms",
                    "p99 ms");
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%-22s %19.1f%% %20.2f %12.1f %12.1f",
                    algorithm,
                    100 * requestDeviation,
                    mostInFlight,
                    meanMillis,
                    p99Millis);
        }
    }

    private final class Server implements Candidate {
        private final String name;
        private final double meanServiceNanos;
        private final PeakEwma ewma = new PeakEwma(10_000_000_000L);
        private final Queue<Long> waiting = new ArrayDeque<>();
        private int inService;
        private long requests;

        Server(String name, double meanServiceNanos) {
            this.name = name;
            this.meanServiceNanos = meanServiceNanos;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public int weight() {
            return 1;
        }

        @Override
        public int inFlight() {
            return inService + waiting.size();
        }

        @Override
        public double latency() {
            return ewma.estimate(now);
        }
    }

    private record Completion(long at, Server server, long arrived) {}

    private final SplittableRandom random = new SplittableRandom(42);
    private final List<Server> servers = new ArrayList<>();
    private final PriorityQueue<Completion> completions = new PriorityQueue<>((a, b) -> Long.compare(a.at(), b.at()));
    /** Requests that arrive in each. */
    private final double perNano;

    private long now = 1;
    private long inFlight;

    /**
     * @param utilisation part of what the servers can do that is asked of them
     * @param slowdown how many times as long as the others every tenth server needs
     */
    Simulation(int count, double utilisation, double slowdown) {
        double capacity = 0;
        for (int i = 0; i < count; i++) {
            double service = i % 10 == 9 ? slowdown * MEAN_SERVICE_NANOS : MEAN_SERVICE_NANOS;
            servers.add(new Server("server-" + i, service));
            capacity += PLACES / service;
        }
        this.perNano = utilisation * capacity;
    }

    /** One draw without a second: what the others are measured against. */
    Balancer<Candidate> oneChoice() {
        return (key, except) -> servers.get(random.nextInt(servers.size()));
    }

    Balancer<Candidate> randomTwo() {
        return TwoChoicesBalancer.byLoad(candidates(), VacantCandidates.allOf(candidates()), numbers());
    }

    Balancer<Candidate> ewma() {
        return TwoChoicesBalancer.byLatency(candidates(), VacantCandidates.allOf(candidates()), numbers());
    }

    Balancer<Candidate> of(Balance balance, int hashBalanceFactor) {
        return balance.among(candidates(), hashBalanceFactor, () -> inFlight).over(candidates());
    }

    private LongSupplier numbers() {
        return random::nextLong;
    }

    private List<Candidate> candidates() {
        return List.copyOf(servers);
    }

    Result run(String algorithm, Balancer<Candidate> balancer, int requests) {
        double meanGap = 1 / perNano;
        double arrival = now;
        int warmUp = (int) (requests * WARM_UP);
        double[] times = new double[requests];
        int measured = 0;
        double most = 0;
        for (int i = 0; i < requests; i++) {
            arrival += -Math.log(1 - random.nextDouble()) * meanGap;
            measured = completeUntil((long) arrival, times, measured, i >= warmUp);
            now = (long) arrival;
            // Ten keys for each server, all alike: what a cache of sessions or of files would see.
            long key = Hash64.of("key-" + random.nextInt(10 * servers.size()));
            Server server = (Server) balancer.pick(key, Set.of());
            accept(server);
            if (i >= warmUp) {
                server.requests++;
                most = Math.max(most, server.inFlight() / ((double) inFlight / servers.size()));
            }
        }
        double[] sorted = Arrays.copyOf(times, measured);
        Arrays.sort(sorted);
        return new Result(
                algorithm,
                deviation(),
                most,
                Arrays.stream(sorted).average().orElseThrow() / 1e6,
                sorted[(int) (measured * 0.99)] / 1e6);
    }

    private void accept(Server server) {
        inFlight++;
        if (server.inService < PLACES) {
            serve(server, now);
        } else {
            server.waiting.add(now);
        }
    }

    private void serve(Server server, long arrived) {
        server.inService++;
        long service = (long) (-Math.log(1 - random.nextDouble()) * server.meanServiceNanos) + 1;
        completions.add(new Completion(now + service, server, arrived));
    }

    private int completeUntil(long time, double[] times, int before, boolean measuring) {
        int measured = before;
        while (!completions.isEmpty() && completions.peek().at() <= time) {
            Completion done = completions.remove();
            now = done.at();
            Server server = done.server();
            server.inService--;
            inFlight--;
            server.ewma.observe(now - done.arrived(), now);
            if (measuring) {
                times[measured++] = now - done.arrived();
            }
            Long next = server.waiting.poll();
            if (next != null) {
                serve(server, next);
            }
        }
        return measured;
    }

    private double deviation() {
        double mean =
                servers.stream().mapToLong(server -> server.requests).average().orElseThrow();
        double variance = servers.stream()
                .mapToDouble(server -> (server.requests - mean) * (server.requests - mean))
                .average()
                .orElseThrow();
        return Math.sqrt(variance) / mean;
    }
}
