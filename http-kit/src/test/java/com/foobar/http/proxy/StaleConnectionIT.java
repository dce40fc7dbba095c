package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.backend.ServerStats;
import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.testing.FixtureServer;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import com.foobar.http.testing.TcpTable;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers close kept connections when they like, also while a request is on its way (RFC 9112 §9.3.1). */
class StaleConnectionIT {
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
    private static final RetrySettings NO_RETRIES = RetrySettings.DEFAULTS.withRetries(0);

    private final CountDownLatch never = new CountDownLatch(1);
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws IOException {
        proxy = new ProxyFixture(1);
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    private void listen(RetrySettings retries) {
        proxy.listen(ProxySettings.DEFAULTS.with(retries), HttpLimits.DEFAULTS);
    }

    /** Each connection's first request is answered with the connection's number, the others like that. */
    private void answerTheFirst(FixtureServer.Behaviour others) {
        int[] last = new int[1];
        proxy.server(1).answer((request, wire) -> {
            if (request.connection() > last[0]) {
                last[0] = request.connection();
                wire.respond(200, "connection " + request.connection());
            } else {
                others.answer(request, wire);
            }
        });
    }

    static Stream<RetrySettings> settingsWithoutRetries() {
        return Stream.of(
                NO_RETRIES,
                RetrySettings.DEFAULTS.withRetryOn("none"),
                RetrySettings.DEFAULTS.withRetryOn("conn-failure"),
                RetrySettings.DEFAULTS.withBudget(0, 0));
    }

    @ParameterizedTest
    @MethodSource("settingsWithoutRetries")
    void goesOnByANewConnectionWhereNothingIsRetried(RetrySettings retries) throws IOException {
        listen(retries);
        answerTheFirst((request, wire) -> wire.reset());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").text()).isEqualTo("connection 1");
            assertThat(wire.get("/").text()).isEqualTo("connection 2");
        }
        assertThat(proxy.fixture().logged(2).get(1).retries()).isEqualTo(1);
        assertThat(proxy.proxy().retriesRefused()).isZero();
        ServerStats stats = proxy.backendServer(1).stats();
        assertThat(stats.requests()).isEqualTo(3);
        assertThat(stats.retries()).isEqualTo(1);
        assertThat(stats.responseErrors()).isZero();
        assertThat(stats.failures()).isZero();
        assertThat(stats.inFlight()).isZero();
    }

    @Test
    void sendsTheBodyAgainWhereTheServerClosedWithoutAReset() throws IOException {
        listen(NO_RETRIES);
        answerTheFirst((request, wire) -> wire.close());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").text()).isEqualTo("connection 1");
            wire.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n" + "x".repeat(60000));
            assertThat(wire.read().text()).isEqualTo("connection 2");
        }
        assertThat(proxy.server(1).lastRequest().length()).isEqualTo(60000);
    }

    @Test
    void staysWithItsServer() throws IOException {
        proxy.close();
        proxy = new ProxyFixture(2);
        proxy.listen("balance: first");
        answerTheFirst((request, wire) -> wire.reset());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").text()).isEqualTo("connection 1");
            assertThat(wire.get("/").text()).isEqualTo("connection 2");
        }
        assertThat(proxy.backendServer(1).stats().redispatches()).isZero();
        assertThat(proxy.server(2).requests()).isEmpty();
    }

    @Test
    void asksAnotherServerWhereItsOwnTakesNoConnections() throws IOException {
        proxy.close();
        proxy = new ProxyFixture(2);
        proxy.listen("balance: first");
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").text()).isEqualTo("server-1");
            proxy.server(1).answer((request, server) -> proxy.server(1).kill());
            assertThat(wire.get("/").text()).isEqualTo("server-2");
        }
        assertThat(proxy.backendServer(1).stats().connectionErrors()).isEqualTo(1);
        assertThat(proxy.backendServer(1).inFlight()).isZero();
    }

    /** A server that goes away with much to do does not send all of that to the others at once. */
    @Test
    void asksNoOtherServerOutsideTheBudget() throws IOException {
        proxy.close();
        proxy = new ProxyFixture(2);
        proxy.listen(ProxySettings.DEFAULTS.with(RetrySettings.DEFAULTS.withBudget(0, 0)), "balance: first");
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").text()).isEqualTo("server-1");
            proxy.server(1).answer((request, server) -> proxy.server(1).kill());
            assertThat(wire.get("/").status()).isEqualTo(503);
        }
        assertThat(proxy.server(2).requests()).isEmpty();
    }

    /** The connection to another server takes the place of no stale one. */
    @Test
    void takesNoOtherRefusalForAnEmptyResponse() throws IOException {
        proxy.close();
        proxy = new ProxyFixture(3);
        proxy.listen(
                ProxySettings.DEFAULTS.with(RetrySettings.DEFAULTS.withRetryOn("empty-response")), "balance: first");
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").text()).isEqualTo("server-1");
            proxy.server(1).answer((request, server) -> server.reset());
            proxy.server(2).kill();
            assertThat(wire.get("/").status()).isEqualTo(503);
        }
        assertThat(proxy.server(3).requests()).isEmpty();
    }

    /** It has had time to work on the request. */
    @Test
    void answers502WhereAServerClosesLater() throws IOException {
        listen(NO_RETRIES);
        answerTheFirst((request, wire) -> {
            never.await(1500, TimeUnit.MILLISECONDS);
            wire.close();
        });
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").status()).isEqualTo(200);
            assertThat(wire.get("/").status()).isEqualTo(502);
        }
        assertThat(proxy.server(1).requests()).hasSize(2);
    }

    /** That connection was none that the server had kept. */
    @Test
    void answers502WhereTheNewConnectionIsClosedAsWell() throws IOException {
        listen(NO_RETRIES);
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").status()).isEqualTo(200);
            proxy.server(1).answer((request, server) -> server.reset());
            assertThat(wire.get("/").status()).isEqualTo(502);
        }
        assertThat(proxy.server(1).requests()).hasSize(3);
        assertThat(proxy.backendServer(1).stats().responseErrors()).isEqualTo(1);
        assertThat(proxy.backendServer(1).inFlight()).isZero();
    }

    @Test
    void sendsNothingTwiceThatMustNotBe() throws IOException {
        listen(NO_RETRIES);
        answerTheFirst((request, wire) -> wire.reset());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").status()).isEqualTo(200);
            assertThat(wire.send(POST).read().status()).isEqualTo(502);
        }
        assertThat(proxy.server(1).requests()).hasSize(2);
    }

    @Test
    void sendsNothingTwiceOnceAnAnswerHasBegun() throws IOException {
        listen(NO_RETRIES);
        answerTheFirst((request, wire) -> wire.send("HTTP/1.1 200").close());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").status()).isEqualTo(200);
            assertThat(wire.get("/").status()).isEqualTo(502);
        }
        assertThat(proxy.server(1).requests()).hasSize(2);
    }

    @Test
    void sendsNothingTwiceToAServerThatIsTooSlow() throws IOException {
        Duration limit = Duration.ofMillis(500);
        proxy.listen(
                ProxySettings.DEFAULTS
                        .with(NO_RETRIES)
                        .withTimeouts(Duration.ofSeconds(10), limit, Duration.ofSeconds(10)),
                HttpLimits.DEFAULTS);
        answerTheFirst((request, wire) -> wire.stall());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").status()).isEqualTo(200);
            assertThat(wire.get("/").status()).isEqualTo(504);
        }
        assertThat(proxy.server(1).requests()).hasSize(2);
    }

    /** The event loop is busy while the server closes, and then finds the request first. */
    @ParameterizedTest
    @ValueSource(ints = {3, 65537})
    void sendsNothingThatCannotBeSentAgainByAConnectionThatTheServerHasClosed(int length) throws Exception {
        assumeThat(Epoll.isAvailable()).as("the kernel can be asked").isTrue();
        listen(NO_RETRIES);
        CountDownLatch close = new CountDownLatch(1);
        proxy.server(1).answer((request, wire) -> {
            wire.respond(200, "connection " + request.connection());
            if (request.connection() == 1) {
                close.await();
                wire.close();
            }
        });
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").text()).isEqualTo("connection 1");
            CountDownLatch busy = new CountDownLatch(2);
            CountDownLatch goOn = new CountDownLatch(1);
            proxy.fixture()
                    .transport()
                    .group()
                    .forEach(loop -> loop.execute(() -> {
                        busy.countDown();
                        awaitUninterrupted(goOn);
                    }));
            busy.await();
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n" + "x".repeat(length));
            close.countDown();
            await().until(() -> TcpTable.count(proxy.server(1).port(), TcpTable.State.CLOSE_WAIT) > 0);
            goOn.countDown();
            assertThat(wire.read().text()).isEqualTo("connection 2");
        }
        assertThat(proxy.fixture().logged(2).get(1).retries()).isZero();
    }

    @Test
    void givesWhatCannotBeSentAgainNoConnectionThatWasIdleWhereNoneMay() throws IOException {
        proxy.listen(ProxySettings.DEFAULTS.with(NO_RETRIES).withUnrepeatableIdle(Duration.ZERO), HttpLimits.DEFAULTS);
        answerTheFirst((request, wire) -> wire.reset());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            for (int i = 1; i <= 20; i++) {
                assertThat(wire.send(POST).read().text()).isEqualTo("connection " + i);
            }
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
