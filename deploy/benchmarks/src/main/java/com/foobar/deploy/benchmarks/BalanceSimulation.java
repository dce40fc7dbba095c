package com.foobar.deploy.benchmarks;

import com.foobar.http.balance.Balance;
import com.foobar.http.balance.Balancer;
import com.foobar.http.balance.Candidate;
import com.foobar.http.balance.Hash64;
import com.foobar.http.balance.PeakEwma;
import com.foobar.http.balance.Vacancies;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * How even each algorithm keeps many servers, and what that does to response times. Requests arrive at random at servers that each work
 * on eight at a time and have the others wait, in simulated time; the same numbers come out each time. {@code deploy/bench/balance} runs
 * it.
 *
 * <p>With {@code first}, which goes by {@code maxconn}, that is eight, and those for whom no server has room wait for any. It fills servers
 * on purpose: that the busiest has {@code maxconn} requests in flight tells nothing of it; how many servers are used does.
 */
public final class BalanceSimulation {
    private static final int REQUESTS_PER_SERVER = 200;

    private static final int PLACES = 8;
    private static final double MEAN_SERVICE_NANOS = 10e6;
    /** Before measuring, as part of all requests. */
    private static final double WARM_UP = 0.2;

    /**
     * What came of it.
     *
     * @param requestDeviation standard deviation of the requests that servers got, relative to the mean
     * @param mostInFlight of all servers at any time, relative to the mean
     * @param used part of the servers that got a request
     * @param meanMillis response time
     * @param p99Millis response time that one of a hundred exceeded
     */
    record Result(
            String algorithm,
            double requestDeviation,
            double mostInFlight,
            double used,
            double meanMillis,
            double p99Millis) {
        static String header() {
            return String.format(
                    Locale.ROOT,
                    "%-22s %20s %20s %14s %12s %12s",
                    "algorithm",
                    "requests: deviation",
                    "in flight: most/mean",
                    "servers used",
                    "mean ms",
                    "p99 ms");
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%-22s %19.1f%% %20.2f %13.1f%% %12.1f %12.1f",
                    algorithm,
                    100 * requestDeviation,
                    mostInFlight,
                    100 * used,
                    meanMillis,
                    p99Millis);
        }
    }

    /**
     * Prints a table for each of three situations.
     *
     * @param arguments how many servers; 10,000 by default
     */
    public static void main(String[] arguments) {
        if (arguments.length > 1 || (arguments.length == 1 && !arguments[0].matches("[1-9][0-9]{1,4}"))) {
            System.err.println("usage: BalanceSimulation [SERVERS], of 10 to 99999 servers");
            System.exit(2);
        }
        int servers = arguments.length == 0 ? 10_000 : Integer.parseInt(arguments[0]);
        print(servers, 0.8, 1, "alike, 80 % busy");
        print(servers, 0.8, 5, "every tenth five times slower, 80 % busy");
        print(servers, 0.1, 10, "every tenth ten times slower, 10 % busy");
    }

    private static void print(int servers, double utilisation, double slowdown, String title) {
        System.out.printf(
                Locale.ROOT,
                "%n%,d servers, %s, %,d requests%n%s%n",
                servers,
                title,
                servers * REQUESTS_PER_SERVER,
                Result.header());
        all(servers, utilisation, slowdown).values().forEach(System.out::println);
    }

    /** Every algorithm in the same situation, by its name. */
    static Map<String, Result> all(int servers, double utilisation, double slowdown) {
        Map<String, Function<BalanceSimulation, Balancer<Candidate>>> algorithms = new LinkedHashMap<>();
        algorithms.put("(one draw)", BalanceSimulation::oneChoice);
        algorithms.put("roundrobin", simulation -> simulation.of(Balance.ROUNDROBIN, 0));
        algorithms.put("random", simulation -> simulation.of(Balance.RANDOM, 0));
        algorithms.put("leastconn", simulation -> simulation.of(Balance.LEASTCONN, 0));
        algorithms.put("ewma", simulation -> simulation.of(Balance.EWMA, 0));
        algorithms.put("first", BalanceSimulation::first);
        algorithms.put("uri", simulation -> simulation.of(Balance.URI, 0));
        algorithms.put("uri, factor 200", simulation -> simulation.of(Balance.URI, 200));
        algorithms.put("uri, factor 125", simulation -> simulation.of(Balance.URI, 125));
        Map<String, Result> results = new LinkedHashMap<>();
        algorithms.forEach((name, algorithm) -> {
            BalanceSimulation simulation = new BalanceSimulation(servers, utilisation, slowdown);
            results.put(name, simulation.run(name, algorithm.apply(simulation), servers * REQUESTS_PER_SERVER));
        });
        return results;
    }

    private final class Server implements Candidate {
        private final int number;
        private final String name;
        private final double meanServiceNanos;
        private final PeakEwma ewma = new PeakEwma(10_000_000_000L);
        private final Queue<Long> waiting = new ArrayDeque<>();
        private int inService;
        private long requests;

        Server(int number, double meanServiceNanos) {
            this.number = number;
            this.name = "server-" + number;
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
        public boolean isFull() {
            return bounded && inService == PLACES;
        }

        @Override
        public double latency(long time) {
            return ewma.estimate(now);
        }
    }

    private record Completion(long at, Server server, long arrived) {}

    private final SplittableRandom random = new SplittableRandom(42);
    private final List<Server> servers = new ArrayList<>();
    private final PriorityQueue<Completion> completions = new PriorityQueue<>((a, b) -> Long.compare(a.at(), b.at()));
    /** Requests that arrive in each. */
    private final double perNano;

    /** Whether a server is given no more than it works on at a time. */
    private boolean bounded;

    private final Vacancies vacancies;
    /** When those came that wait for any server; none unless {@link #bounded}. */
    private final Queue<Long> queue = new ArrayDeque<>();

    private long now = 1;
    private long inFlight;
    private boolean measuring;
    private double most;

    /**
     * @param utilisation part of what the servers can do that is asked of them
     * @param slowdown how many times as long as the others every tenth server needs
     */
    BalanceSimulation(int count, double utilisation, double slowdown) {
        double capacity = 0;
        for (int i = 0; i < count; i++) {
            double service = i % 10 == 9 ? slowdown * MEAN_SERVICE_NANOS : MEAN_SERVICE_NANOS;
            servers.add(new Server(i, service));
            capacity += PLACES / service;
        }
        this.perNano = utilisation * capacity;
        this.vacancies = Vacancies.all(count);
    }

    /** One draw without a second: what the others are measured against. */
    Balancer<Candidate> oneChoice() {
        return (key, except) -> servers.get(random.nextInt(servers.size()));
    }

    Balancer<Candidate> first() {
        bounded = true;
        return of(Balance.FIRST, 0);
    }

    Balancer<Candidate> of(Balance balance, int hashBalanceFactor) {
        List<Candidate> candidates = List.copyOf(servers);
        return balance.among(candidates, hashBalanceFactor, () -> inFlight, vacancies, random::nextLong)
                .over(candidates);
    }

    Result run(String algorithm, Balancer<Candidate> balancer, int requests) {
        double meanGap = 1 / perNano;
        double arrival = now;
        int warmUp = (int) (requests * WARM_UP);
        double[] times = new double[requests];
        int measured = 0;
        for (int i = 0; i < requests; i++) {
            arrival += -Math.log(1 - random.nextDouble()) * meanGap;
            measuring = i >= warmUp;
            measured = completeUntil((long) arrival, times, measured);
            now = (long) arrival;
            // Ten keys for each server, all alike: what a cache of sessions or of files would see.
            long key = Hash64.of("key-" + random.nextInt(10 * servers.size()));
            Server server = (Server) balancer.pick(key, Set.of());
            if (server == null) {
                queue.add(now);
            } else {
                accept(server, now);
            }
        }
        double[] sorted = Arrays.copyOf(times, measured);
        Arrays.sort(sorted);
        return new Result(
                algorithm,
                deviation(),
                most,
                servers.stream().filter(server -> server.requests > 0).count() / (double) servers.size(),
                Arrays.stream(sorted).average().orElseThrow() / 1e6,
                sorted[(int) (measured * 0.99)] / 1e6);
    }

    private void accept(Server server, long arrived) {
        inFlight++;
        if (server.inService < PLACES) {
            serve(server, arrived);
        } else {
            server.waiting.add(arrived);
        }
        if (measuring) {
            server.requests++;
            most = Math.max(most, server.inFlight() / ((double) inFlight / servers.size()));
        }
    }

    private void serve(Server server, long arrived) {
        server.inService++;
        vacancies.set(server.number, !server.isFull());
        long service = (long) (-Math.log(1 - random.nextDouble()) * server.meanServiceNanos) + 1;
        completions.add(new Completion(now + service, server, arrived));
    }

    private int completeUntil(long time, double[] times, int before) {
        int measured = before;
        while (!completions.isEmpty() && completions.peek().at() <= time) {
            Completion done = completions.remove();
            now = done.at();
            Server server = done.server();
            server.inService--;
            vacancies.set(server.number, true);
            inFlight--;
            server.ewma.observe(now - done.arrived(), now);
            if (measuring) {
                times[measured++] = now - done.arrived();
            }
            Long next = server.waiting.poll();
            Long oldest = next == null ? queue.poll() : null;
            if (next != null) {
                serve(server, next);
            } else if (oldest != null) {
                accept(server, oldest);
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
