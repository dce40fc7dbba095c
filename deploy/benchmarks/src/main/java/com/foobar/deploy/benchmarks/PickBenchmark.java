package com.foobar.deploy.benchmarks;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.BackendSettings;
import com.foobar.http.backend.OperationalState;
import com.foobar.http.balance.Hash64;
import com.foobar.kit.settings.SettingsReader;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to choose a server, and to count a request in and out of it. {@code -t 2} has two threads, as two event loops, choose
 * at the same time.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class PickBenchmark {
    /** The algorithm; behind a hash its {@code hash-balance-factor}, where there is one. */
    @Param({"random", "roundrobin", "leastconn", "ewma", "first", "uri", "uri-125"})
    public String balance = "random";

    /** How many there are to choose from. */
    @Param("1000")
    public int servers = 1000;

    private Backend backend = backend("random", 1);

    private static Backend backend(String balance, int count) {
        String[] algorithm = balance.split("-", 2);
        String servers = IntStream.range(0, count)
                .mapToObj(i -> "{name: server-%d, address: '127.0.0.1:%d', weight: %d}".formatted(i, 1 + i, 1 + i % 4))
                .collect(Collectors.joining(", "));
        String settings = "{name: benchmark, balance: %s, hash-balance-factor: %s, servers: [%s]}"
                .formatted(algorithm[0], algorithm.length == 1 ? "0" : algorithm[1], servers);
        Backend backend = Backend.of(SettingsReader.read(BackendSettings.class, settings, Map.of()), Clock.systemUTC());
        backend.servers().forEach(server -> server.set(OperationalState.UP, "benchmark"));
        return backend;
    }

    /** All are up, and have some requests in flight. */
    @Setup
    public void start() {
        backend = backend(balance, servers);
        for (BackendServer server : backend.servers()) {
            for (int i = ThreadLocalRandom.current().nextInt(8); i > 0; i--) {
                server.begin();
            }
            server.answeredAfter(ThreadLocalRandom.current().nextLong(1_000_000, 100_000_000));
        }
    }

    /** Chooses only. */
    @Benchmark
    public @Nullable BackendServer pick() {
        return backend.pick(key(), Set.of());
    }

    /** Chooses, and counts a request in and out. */
    @Benchmark
    public @Nullable BackendServer pickAndCount() {
        BackendServer server = backend.pick(key(), Set.of());
        if (server != null) {
            server.begin();
            server.endWithResponse(200);
        }
        return server;
    }

    private static long key() {
        return ThreadLocalRandom.current().nextLong() | 1;
    }

    /** A path of usual length. */
    @Benchmark
    public long hash() {
        return Hash64.of("/articles/what-a-load-balancer-does-all-day");
    }
}
