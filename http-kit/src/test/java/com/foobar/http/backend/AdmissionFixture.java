package com.foobar.http.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.balance.Balance;
import com.foobar.http.balance.Balancer;
import com.foobar.kit.settings.HostPort;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Servers with places, and requests that want them. */
abstract class AdmissionFixture {
    static final Duration LONG = Duration.ofSeconds(60);

    final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    final AtomicLong nanos = new AtomicLong();
    List<BackendServer> servers = List.of();
    Admission admission;

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** Waits for a place, and keeps it. */
    final class Request implements Admission.Waiter {
        volatile @Nullable BackendServer server;
        Admission.@Nullable Wait wait;

        @Override
        public EventLoop eventLoop() {
            return loops.next();
        }

        @Override
        public boolean admitted(BackendServer given) {
            server = given;
            return true;
        }

        Request forAny() {
            return forAnyBut();
        }

        Request forAnyBut(BackendServer... unwanted) {
            wait = admission.await(this, Balancer.NO_KEY, null, Set.of(unwanted));
            return this;
        }

        Request forSession(BackendServer session) {
            wait = admission.await(this, Balancer.NO_KEY, session, Set.of());
            return this;
        }

        boolean refused() {
            return wait == null;
        }

        void isAdmittedTo(BackendServer expected) {
            await().atMost(LONG).until(() -> server != null);
            assertThat(server).isEqualTo(expected);
        }

        /** What is given to others, and they are told, before this has been told. */
        void waits() {
            loops.forEach(loop -> loop.submit(() -> {}).awaitUninterruptibly(LONG.toMillis()));
            assertThat(server).isNull();
        }
    }

    static ServerSettings settings(int number, int weight, boolean backup, @Nullable Integer maxqueue) {
        return new ServerSettings(
                "server-" + number,
                new HostPort("127.0.0.1", 1 + number),
                weight,
                backup,
                null,
                maxqueue,
                ServerProtocol.H1,
                null);
    }

    void servers(Duration slowStart, ServerSettings... settings) {
        servers = Arrays.stream(settings)
                .map(each -> new BackendServer(each, slowStart, Clock.systemUTC(), nanos::get))
                .toList();
        servers.forEach(server -> server.set(OperationalState.UP, "test"));
    }

    void servers(int count) {
        servers(
                Duration.ZERO,
                IntStream.range(0, count)
                        .mapToObj(i -> settings(i, 1, false, null))
                        .toArray(ServerSettings[]::new));
    }

    void admit(int maxconn, int maxqueue) {
        admission = new Admission(new Backend("test", Balance.ROUNDROBIN, servers), loops, maxconn, maxqueue);
    }

    @Nullable
    BackendServer take() {
        return admission.take(Balancer.NO_KEY, null, Set.of());
    }

    void fill(int places) {
        for (int i = 0; i < places; i++) {
            assertThat(take()).isNotNull();
        }
        assertThat(take()).isNull();
    }

    BackendServer server(int number) {
        return servers.get(number);
    }

    Request request() {
        return new Request();
    }

    static long admitted(List<Request> requests) {
        return requests.stream().filter(each -> each.server != null).count();
    }
}
