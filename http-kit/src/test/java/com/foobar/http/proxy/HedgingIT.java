package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.backend.AdministrativeState;
import com.foobar.http.backend.ServerStats;
import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.testing.FixtureServer;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HedgingIT {
    /** Longer than any quick answer takes, on a busy machine too. */
    private static final Duration LATE = Duration.ofMillis(500);

    private static final HedgingSettings ON = new HedgingSettings(true, 95, LATE);

    private ProxyFixture proxy;

    @BeforeEach
    void start() throws IOException {
        proxy = new ProxyFixture(2);
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    /** A client after so many quick answers that what is late can be told. */
    private HttpWire warm(ProxySettings settings) throws IOException {
        proxy.listen(settings, HttpLimits.DEFAULTS);
        HttpWire wire = HttpWire.connect(proxy.port());
        for (int i = 0; i < 150; i++) {
            assertThat(wire.get("/warm").status()).isEqualTo(200);
        }
        await().until(() -> proxy.proxy().hedgeDelayNanos() >= LATE.toNanos());
        return wire;
    }

    private long asked(String target) {
        return proxy.server(1).requests().stream()
                        .filter(request -> request.target().equals(target))
                        .count()
                + proxy.server(2).requests().stream()
                        .filter(request -> request.target().equals(target))
                        .count();
    }

    private void awaitIdle() {
        await().until(() ->
                proxy.backendServer(1).inFlight() == 0 && proxy.backendServer(2).inFlight() == 0);
    }

    /** The first request for {@code /x} is answered when the second one has come, which is not. */
    private void answerFirst() {
        CountDownLatch second = new CountDownLatch(1);
        AtomicInteger count = new AtomicInteger();
        for (int i = 1; i <= 2; i++) {
            FixtureServer server = proxy.server(i);
            server.answer((request, wire) -> {
                if (count.incrementAndGet() == 1) {
                    second.await();
                    wire.respond(200, "first");
                } else {
                    second.countDown();
                    wire.stall();
                }
            });
        }
    }

    /** With one server there is nobody else to ask, so that the slow ones are measured to their ends. */
    @Test
    void isLateAfterThatPercentileOfTheAnswers() throws IOException {
        Duration slow = Duration.ofMillis(300);
        proxy.backendServer(2).set(AdministrativeState.MAINT);
        AtomicInteger count = new AtomicInteger();
        proxy.server(1).answer((request, wire) -> {
            if (count.incrementAndGet() % 10 == 0) {
                TimeUnit.NANOSECONDS.sleep(slow.toNanos());
            }
            wire.respond(200, "one");
        });
        proxy.listen(
                ProxySettings.DEFAULTS.with(new HedgingSettings(true, 95, Duration.ofMillis(1))), HttpLimits.DEFAULTS);
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            for (int i = 0; i < 120; i++) {
                assertThat(wire.get("/").status()).isEqualTo(200);
            }
            await().untilAsserted(() ->
                    assertThat(proxy.proxy().hedgeDelayNanos()).isBetween(slow.toNanos(), 4 * slow.toNanos()));
        }
        assertThat(proxy.proxy().hedges()).isZero();
    }

    @Test
    void asksAnotherServerWhenTheFirstIsLate() throws IOException {
        try (HttpWire wire = warm(ProxySettings.DEFAULTS.with(ON))) {
            proxy.server(1).answer((request, server) -> server.stall());
            for (int i = 0; i < 4; i++) {
                assertThat(wire.get("/x").text()).isEqualTo("server-2");
            }
        }
        assertThat(proxy.proxy().hedges()).isPositive();
        assertThat(proxy.proxy().hedgesWon()).isPositive();
        assertThat(proxy.backendServer(1).stats().outruns()).isPositive();
        awaitIdle();
        await().until(() -> proxy.server(1).openConnections() == 0);
        assertThat(proxy.backendServer(1).stats().responseErrors()).isZero();
        assertThat(proxy.fixture().logged()).allMatch(logged -> logged.error() == null && logged.retries() == 0);
    }

    @Test
    void takesTheAnswerOfTheFirstIfThatComesFirst() throws IOException {
        try (HttpWire wire = warm(ProxySettings.DEFAULTS.with(ON))) {
            long before = proxy.proxy().hedgesWon();
            answerFirst();
            assertThat(wire.get("/x").text()).isEqualTo("first");
            assertThat(asked("/x")).isEqualTo(2);
            assertThat(proxy.proxy().hedgesWon()).isEqualTo(before);
        }
        awaitIdle();
    }

    @Test
    void takesTheAnswerOfTheOtherWhenOneFails() throws IOException {
        try (HttpWire wire = warm(ProxySettings.DEFAULTS.with(ON))) {
            CountDownLatch failed = new CountDownLatch(1);
            AtomicInteger count = new AtomicInteger();
            for (int i = 1; i <= 2; i++) {
                proxy.server(i).answer((request, server) -> {
                    if (count.incrementAndGet() == 1) {
                        failed.await();
                        server.respond(200, "first");
                    } else {
                        server.reset();
                        failed.countDown();
                    }
                });
            }
            assertThat(wire.get("/x").text()).isEqualTo("first");
            assertThat(asked("/x")).isEqualTo(2);
        }
        awaitIdle();
    }

    @Test
    void sendsNoRequestTwiceThatIsNotSafe() throws IOException {
        try (HttpWire wire = warm(ProxySettings.DEFAULTS
                .with(ON)
                .withTimeouts(Duration.ofSeconds(10), LATE.multipliedBy(3), Duration.ofSeconds(10)))) {
            long before = proxy.proxy().hedges();
            for (int i = 1; i <= 2; i++) {
                proxy.server(i).answer((request, server) -> server.stall());
            }
            wire.send("PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
            assertThat(wire.read().status()).isEqualTo(504);
            assertThat(asked("/x")).isEqualTo(1);
            assertThat(proxy.proxy().hedges()).isEqualTo(before);
        }
    }

    @Test
    void hedgesWithinTheBudgetOfTheRetries() throws Exception {
        try (HttpWire wire = warm(ProxySettings.DEFAULTS.with(ON).with(RetrySettings.DEFAULTS.withBudget(0, 0)))) {
            CountDownLatch latch = new CountDownLatch(1);
            proxy.server(1).answerAfter(latch);
            proxy.server(2).answerAfter(latch);
            long before = proxy.proxy().retriesRefused();
            wire.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> proxy.proxy().retriesRefused() > before);
            latch.countDown();
            assertThat(wire.read().status()).isEqualTo(200);
            assertThat(asked("/x")).isEqualTo(1);
            assertThat(proxy.proxy().hedges()).isZero();
        }
        awaitIdle();
        for (int i = 1; i <= 2; i++) {
            // The place that the hedge was to have is not one that a request has had.
            ServerStats stats = proxy.backendServer(i).stats();
            assertThat(stats.loadBalanced()).isEqualTo(stats.requests());
        }
    }

    @Test
    void letsGoOfBothWhenTheClientGoesAway() throws Exception {
        CountDownLatch closed = new CountDownLatch(2);
        try (HttpWire wire = warm(ProxySettings.DEFAULTS.with(ON))) {
            for (int i = 1; i <= 2; i++) {
                proxy.server(i).answer((request, server) -> {
                    try {
                        server.stall();
                    } finally {
                        closed.countDown();
                    }
                });
            }
            wire.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> asked("/x") == 2);
        }
        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
        awaitIdle();
    }

    /** The retry is content with the only server; the hedge, when its time came, would want another one than that. */
    @Test
    void hedgesNoRequestWhoseRetryWaits() throws Exception {
        proxy.backendServer(2).set(AdministrativeState.MAINT);
        ProxySettings settings = ProxySettings.DEFAULTS
                .with(ON)
                .withConnections(1, 10)
                .withTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10));
        try (HttpWire wire = warm(settings);
                HttpWire other = HttpWire.connect(proxy.port())) {
            CountDownLatch waiting = new CountDownLatch(1);
            CountDownLatch never = new CountDownLatch(1);
            AtomicInteger count = new AtomicInteger();
            proxy.server(1).answer((request, server) -> {
                int number = count.incrementAndGet();
                if (number == 1) {
                    waiting.await();
                    server.reset();
                    return;
                }
                if (number == 2) {
                    // Until the first request would have been late.
                    assertThat(never.await(2 * LATE.toMillis(), TimeUnit.MILLISECONDS))
                            .isFalse();
                }
                server.respond(200, request.target());
            });
            wire.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> asked("/x") == 1);
            other.send("GET /y HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> proxy.proxy().queued() == 1);
            waiting.countDown();
            assertThat(other.read().text()).isEqualTo("/y");
            assertThat(wire.read().text()).isEqualTo("/x");
        }
        assertThat(proxy.proxy().hedges()).isZero();
        awaitIdle();
    }

    /** The only server refuses the connection that is to take the place of a stale one, and is to be asked again; when the hedge's time comes, another one is up. */
    @Test
    void hedgesNoRequestThatPausesAfterARefusal() throws IOException {
        try (HttpWire wire = warm(ProxySettings.DEFAULTS.with(ON))) {
            proxy.backendServer(2).set(AdministrativeState.MAINT);
            assertThat(wire.get("/warm").text()).isEqualTo("server-1");
            proxy.server(1).answer((request, server) -> proxy.server(1).kill());
            wire.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> proxy.backendServer(1).stats().connectionErrors() == 1);
            proxy.backendServer(2).set(AdministrativeState.READY);
            assertThat(wire.read().text()).isEqualTo("server-2");
        }
        assertThat(proxy.proxy().hedges()).isZero();
        assertThat(asked("/x")).isEqualTo(2);
        awaitIdle();
    }
}
