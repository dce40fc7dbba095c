package com.foobar.deploy.benchmarks;

import com.foobar.http.backend.Admission;
import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.OperationalState;
import com.foobar.http.balance.Balance;
import com.foobar.kit.settings.HostPort;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to admit a request to a server and to give its place back, by two threads at once, as two event loops do. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@Threads(2)
public class AdmissionBenchmark {
    private static final int MAXCONN = 4;

    /** How many there are. */
    @Param({"10", "1000"})
    public int servers = 10;

    /** The algorithm. */
    @Param({"RANDOM", "ROUNDROBIN", "LEASTCONN", "FIRST", "URI"})
    public Balance balance = Balance.RANDOM;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Admission.Waiter nobody = new Admission.Waiter() {
        @Override
        public EventLoop eventLoop() {
            return loops.next();
        }

        @Override
        public boolean admitted(BackendServer server) {
            return false;
        }
    };

    private final Admission.Waiter anybody = new Admission.Waiter() {
        @Override
        public EventLoop eventLoop() {
            return loops.next();
        }

        @Override
        public boolean admitted(BackendServer server) {
            return true;
        }
    };

    /** All servers have room. */
    private Admission idle = admission(backend(1, Balance.RANDOM), loops);
    /** Two places are left, one for each thread. */
    private Admission nearlyFull = admission(backend(1, Balance.RANDOM), loops);

    private Admission full = admission(backend(1, Balance.RANDOM), loops);

    private List<BackendServer> fullServers = List.of();

    private static Admission admission(Backend backend, EventLoopGroup loops) {
        return new Admission(backend, loops, MAXCONN, 1_000);
    }

    private static Backend backend(int count, Balance balance) {
        Backend backend = new Backend(
                "benchmark",
                balance,
                IntStream.range(0, count)
                        .mapToObj(i -> new BackendServer(
                                "server-" + i, new HostPort("127.0.0.1", 1 + i), 1, Clock.systemUTC()))
                        .toList());
        backend.servers().forEach(server -> server.set(OperationalState.UP, "benchmark"));
        return backend;
    }

    /** Fills what is to be full. */
    @Setup
    public void start() {
        idle = admission(backend(servers, balance), loops);
        nearlyFull = admission(backend(servers, balance), loops);
        Backend ofFull = backend(servers, balance);
        full = admission(ofFull, loops);
        fullServers = ofFull.servers();
        for (int i = 0; i < servers * MAXCONN; i++) {
            take(full);
            if (i >= 2) {
                take(nearlyFull);
            }
        }
        if (take(full) != null) {
            throw new IllegalStateException("a server has room (expected: none)");
        }
    }

    /** Ends its threads. */
    @TearDown
    public void stop() {
        loops.shutdownGracefully();
    }

    private static @Nullable BackendServer take(Admission admission) {
        BackendServer server = admission.take(ThreadLocalRandom.current().nextLong() | 1, null, Set.of());
        if (server != null) {
            server.begin();
        }
        return server;
    }

    private static @Nullable BackendServer takeAndRelease(Admission admission) {
        BackendServer server = take(admission);
        if (server != null) {
            server.endUnsent();
            admission.release(server);
        }
        return server;
    }

    /** Where all have room. */
    @Benchmark
    public @Nullable BackendServer room() {
        return takeAndRelease(idle);
    }

    /** Where the last two places have to be found among those of all. */
    @Benchmark
    public @Nullable BackendServer lastPlace() {
        return takeAndRelease(nearlyFull);
    }

    /** Where none has room, to learn that. */
    @Benchmark
    public @Nullable BackendServer none() {
        return take(full);
    }

    /** Where none has room: to wait, and to be given the place that another one gives back, but for the way to the event loop's thread. */
    @Benchmark
    public void waitAndHandOver() {
        full.await(anybody, 1, null, Set.of());
        full.release(fullServers.get(ThreadLocalRandom.current().nextInt(servers)));
    }

    /** Where none has room: to wait, behind nobody, and to give up. */
    @Benchmark
    public void waitAndLeave() {
        Admission.Wait wait = full.await(nobody, 1, null, Set.of());
        if (wait != null) {
            full.leave(wait);
        }
    }
}
