package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.backend.AdministrativeState;
import com.foobar.http.backend.OperationalState;
import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.testing.FixtureServer;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetryIT {
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";

    private ProxyFixture proxy;

    @BeforeEach
    void start() throws IOException {
        proxy = new ProxyFixture(2);
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    @Test
    void asksAnotherServerWhenTheConnectionIsRefused() throws IOException {
        proxy.listen();
        proxy.server(1).kill();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            for (int i = 0; i < 4; i++) {
                assertThat(wire.get("/").text()).isEqualTo("server-2");
            }
            assertThat(wire.send(POST).read().text()).isEqualTo("server-2");
        }
        assertThat(proxy.backendServer(1).stats().connectionErrors()).isPositive();
        assertThat(proxy.backendServer(1).stats().redispatches()).isPositive();
        assertThat(proxy.backendServer(1).inFlight()).isZero();
        assertThat(proxy.backendServer(2).stats().responses(2)).isEqualTo(5);
    }

    @Test
    void asksAnotherServerWhenOneIsKilledBeforeItAnswers() throws Exception {
        proxy.listen();
        CountDownLatch asked = new CountDownLatch(1);
        proxy.server(1).answer((request, wire) -> {
            asked.countDown();
            wire.stall();
        });
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            asked.await();
            proxy.server(1).kill();
            assertThat(wire.read().text()).isEqualTo("server-2");
        }
        assertThat(proxy.fixture().logged(1)).singleElement().satisfies(logged -> {
            assertThat(logged.retries()).isEqualTo(1);
            assertThat(logged.server()).isEqualTo("server-2");
            assertThat(logged.status()).isEqualTo(200);
        });
    }

    @Test
    void asksAnotherServerWhenOneClosesInTheMiddleOfTheHead() throws IOException {
        proxy.listen();
        proxy.server(1).answer((request, wire) -> wire.send("HTTP/1.1 200 OK\r\nContent-")
                .close());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").text()).isEqualTo("server-2");
        }
    }

    @Test
    void asksAnotherServerWhenOneIsKilledInTheMiddleOfASmallAnswer() throws Exception {
        proxy.listen();
        CountDownLatch half = new CountDownLatch(1);
        proxy.server(1).answer((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nserv");
            half.countDown();
            wire.stall();
        });
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            half.await();
            proxy.server(1).kill();
            assertThat(wire.read().text()).isEqualTo("server-2");
        }
        assertThat(proxy.backendServer(1).stats().responseErrors()).isEqualTo(1);
        assertThat(proxy.backendServer(1).inFlight()).isZero();
    }

    @Test
    void passesASmallAnswerOnHoweverItIsCut() throws IOException {
        proxy.listen();
        proxy.server(1).answer((request, wire) -> {
            for (char c : "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nin parts".toCharArray()) {
                wire.send(String.valueOf(c));
            }
        });
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").text()).isEqualTo("in parts");
            assertThat(wire.get("/").text()).isEqualTo("server-2");
            assertThat(wire.get("/").text()).isEqualTo("in parts");
        }
        assertThat(proxy.server(1).connections()).isEqualTo(1);
    }

    @Test
    void asksAnotherServerWhenAKeptConnectionWasResetUnderTheRequest() throws IOException {
        proxy.listen();
        AtomicInteger count = new AtomicInteger();
        proxy.server(1).answer((request, wire) -> {
            if (count.getAndIncrement() == 0) {
                wire.respond(200, "first");
            } else {
                wire.reset();
            }
        });
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").text()).isEqualTo("first");
            assertThat(wire.get("/").text()).isEqualTo("server-2");
            assertThat(wire.get("/").text()).isEqualTo("server-2");
        }
    }

    @Test
    void asksTheOnlyServerAgainOverANewConnection() throws IOException {
        proxy.listen();
        proxy.backendServer(2).set(com.foobar.http.backend.AdministrativeState.MAINT);
        AtomicInteger count = new AtomicInteger();
        proxy.server(1).answer((request, wire) -> {
            if (count.getAndIncrement() == 1) {
                wire.reset();
            } else {
                wire.respond(200, "connection " + request.connection());
            }
        });
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").text()).isEqualTo("connection 1");
            assertThat(wire.get("/").text()).isEqualTo("connection 2");
        }
    }

    /** The server may be closing it just then, and nobody could tell whether it has seen the request. */
    @Test
    void sendsAPostOverNoConnectionThatHasBeenIdleForLong() throws IOException {
        proxy.listen();
        proxy.backendServer(2).set(com.foobar.http.backend.AdministrativeState.MAINT);
        proxy.server(1).answer((request, wire) -> wire.respond(200, "connection " + request.connection()));
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").text()).isEqualTo("connection 1");
            await().pollDelay(Duration.ofMillis(1200)).until(() -> true);
            assertThat(wire.send(POST).read().text()).isEqualTo("connection 2");
        }
    }

    /** As a POST: what is not kept cannot be sent again. */
    @Test
    void sendsAPutThatIsTooLongToBeKeptOverNoConnectionThatHasBeenIdleForLong() throws IOException {
        proxy.listen();
        proxy.backendServer(2).set(com.foobar.http.backend.AdministrativeState.MAINT);
        proxy.server(1).answer((request, wire) -> wire.respond(200, "connection " + request.connection()));
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").text()).isEqualTo("connection 1");
            await().pollDelay(Duration.ofMillis(1200)).until(() -> true);
            assertThat(put(wire, 65536).read().text()).isEqualTo("connection 1");
            await().pollDelay(Duration.ofMillis(1200)).until(() -> true);
            assertThat(put(wire, 65537).read().text()).isEqualTo("connection 2");
            await().pollDelay(Duration.ofMillis(1200)).until(() -> true);
            // Nobody knows how long it will be.
            wire.send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            await().until(() -> proxy.server(1).connections() == 3);
            assertThat(wire.send("0\r\n\r\n").read().text()).isEqualTo("connection 3");
        }
    }

    private static HttpWire put(HttpWire wire, int length) throws IOException {
        return wire.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n" + "x".repeat(length));
    }

    @Test
    void leavesAConnectionBeforeTheServerClosesIt() throws IOException {
        proxy.listen();
        proxy.backendServer(2).set(com.foobar.http.backend.AdministrativeState.MAINT);
        AtomicInteger seconds = new AtomicInteger(60);
        proxy.server(1)
                .answer((request, wire) -> wire.send("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=" + seconds
                        + "\r\nContent-Length: 12\r\n\r\nconnection " + request.connection()));
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").text()).isEqualTo("connection 1");
            seconds.set(1);
            assertThat(wire.get("/").text()).isEqualTo("connection 1");
            assertThat(wire.get("/").text()).isEqualTo("connection 2");
        }
    }

    @Test
    void doesNotSendAPostTwice() throws IOException {
        proxy.listen();
        proxy.server(1).answer((request, wire) -> wire.reset());
        proxy.server(2).answer((request, wire) -> wire.reset());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            HttpWire.Response response = wire.send(POST).read();
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.values("x-request-id")).hasSize(1);
        }
        assertThat(proxy.server(1).requests().size()
                        + proxy.server(2).requests().size())
                .isEqualTo(1);
    }

    @Test
    void sendsThePutsBodyAgain() throws IOException {
        proxy.listen();
        proxy.server(1).answer((request, wire) -> wire.reset());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n" + "x".repeat(60000));
            assertThat(wire.read().text()).isEqualTo("server-2");
        }
        assertThat(proxy.server(2).lastRequest().length()).isEqualTo(60000);
        assertThat(proxy.server(2).lastRequest().crc())
                .isEqualTo(proxy.server(1).lastRequest().crc());
    }

    @Test
    void sendsAChunkedBodyAgain() throws IOException {
        proxy.listen();
        proxy.server(1).kill();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            wire.send("2\r\nde\r\n0\r\n\r\n");
            assertThat(wire.read().text()).isEqualTo("server-2");
        }
        assertThat(proxy.server(2).lastRequest().text()).isEqualTo("abcde");
    }

    @Test
    void givesUpAfterAsManyAttemptsAsAreSet() throws IOException {
        proxy.listen(ProxySettings.DEFAULTS.with(RetrySettings.DEFAULTS.withRetries(2)), HttpLimits.DEFAULTS);
        proxy.server(1).answer((request, wire) -> wire.reset());
        proxy.server(2).answer((request, wire) -> wire.reset());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").status()).isEqualTo(502);
        }
        assertThat(proxy.server(1).requests().size()
                        + proxy.server(2).requests().size())
                .isEqualTo(3);
        assertThat(proxy.fixture().logged(1).get(0).error()).isInstanceOf(ProxyError.BadResponse.class);
    }

    private void retryOn(String... words) {
        proxy.listen(ProxySettings.DEFAULTS.with(RetrySettings.DEFAULTS.withRetryOn(words)), HttpLimits.DEFAULTS);
    }

    @Test
    void asksAnotherServerWhenOneAnswersWithAStatusOfTheList() throws IOException {
        retryOn("502", "503");
        proxy.server(1).answer((request, wire) -> wire.respond(503, "busy"));
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            for (int i = 0; i < 4; i++) {
                assertThat(wire.get("/").text()).isEqualTo("server-2");
            }
            int retried = proxy.server(1).requests().size();
            assertThat(retried).isPositive();
            assertThat(proxy.server(1).connections()).isEqualTo(1);
            assertThat(proxy.backendServer(1).stats().responses(5)).isEqualTo(retried);
            assertThat(proxy.backendServer(1).stats().redispatches()).isEqualTo(retried);
            proxy.backendServer(2).set(com.foobar.http.backend.AdministrativeState.MAINT);
            assertThat(wire.send(POST).read().status()).isEqualTo(503);
        }
        assertThat(proxy.backendServer(1).inFlight()).isZero();
    }

    @Test
    void passesTheStatusOnWhereNoOtherServerIsLeft() throws IOException {
        retryOn("503");
        proxy.server(1).answer((request, wire) -> wire.respond(503, "busy"));
        proxy.server(2).answer((request, wire) -> wire.respond(503, "busy too"));
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            HttpWire.Response response = wire.get("/");
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.text()).startsWith("busy");
        }
        assertThat(proxy.server(1).requests()).hasSize(1);
        assertThat(proxy.server(2).requests()).hasSize(1);
    }

    @Test
    void readsNoLongAnswerThatNobodyWants() throws IOException {
        retryOn("500");
        proxy.server(1).answer((request, wire) -> {
            wire.send("HTTP/1.1 500 Broken\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (true) {
                wire.send("400\r\n" + "x".repeat(1024) + "\r\n");
            }
        });
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").text()).isEqualTo("server-2");
        }
        await().until(() -> proxy.server(1).openConnections() == 0);
        await().until(() -> proxy.backendServer(1).inFlight() == 0);
    }

    @Test
    void asksAnotherServerWhenOneIsTooSlowOrSpeaksNoHttpWhereThatIsSet() throws IOException {
        Duration limit = Duration.ofSeconds(2);
        proxy.listen(
                ProxySettings.DEFAULTS
                        .with(RetrySettings.DEFAULTS.withRetryOn("response-timeout", "junk-response"))
                        .withTimeouts(Duration.ofSeconds(10), limit, Duration.ofSeconds(10)),
                HttpLimits.DEFAULTS);
        proxy.server(1).answer((request, wire) -> wire.stall());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").text()).isEqualTo("server-2");
            proxy.server(1).answer((request, wire2) -> wire2.send("SSH-2.0-OpenSSH_9.2\r\n\r\n"));
            assertThat(wire.get("/").text()).isEqualTo("server-2");
            assertThat(wire.get("/").text()).isEqualTo("server-2");
        }
    }

    @Test
    void stopsRetryingWhenTheBudgetIsSpent() throws IOException {
        proxy.listen(ProxySettings.DEFAULTS.with(RetrySettings.DEFAULTS.withBudget(0, 0)), HttpLimits.DEFAULTS);
        proxy.server(1).answer((request, wire) -> wire.reset());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").status()).isEqualTo(502);
        }
        assertThat(proxy.server(1).requests()).hasSize(1);
        assertThat(proxy.server(2).requests()).isEmpty();
        assertThat(proxy.proxy().retriesRefused()).isEqualTo(1);
        proxy.server(1).kill();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").text()).isEqualTo("server-2");
            assertThat(wire.get("/").text()).isEqualTo("server-2");
        }
        assertThat(proxy.backendServer(1).stats().connectionErrors()).isPositive();
    }

    @Test
    void answers503WithRetryAfterWhenEveryServerRefuses() throws IOException {
        proxy.listen();
        proxy.server(1).kill();
        proxy.server(2).kill();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            HttpWire.Response response = wire.get("/");
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.values("retry-after")).hasSize(1);
            assertThat(response.closes()).isFalse();
        }
        assertThat(proxy.fixture().logged(1).get(0).error()).isInstanceOf(ProxyError.ConnectFailed.class);
    }

    @Test
    void asksTheOnlyServerAgainAfterAPauseInWhichItRestarts() throws IOException {
        only();
        proxy.server(1).kill();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send(POST);
            awaitConnectionErrors(1);
            proxy.server(1).restart();
            assertThat(wire.read().text()).isEqualTo("server-1");
        }
        assertThat(proxy.fixture().logged(1).get(0).retries()).isPositive();
        assertThat(proxy.backendServer(1).inFlight()).isZero();
    }

    /** As they do with {@code on-error: sudden-death}, within a round trip. */
    @Test
    void asksTheOnlyServerAgainThoughChecksHaveTakenItDown() throws IOException {
        only();
        proxy.server(1).kill();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send(POST);
            awaitConnectionErrors(1);
            proxy.backendServer(1).set(OperationalState.DOWN, "connection refused", false);
            proxy.server(1).restart();
            assertThat(wire.read().text()).isEqualTo("server-1");
        }
    }

    @Test
    void doesNotAskTheOnlyServerAgainThatPeopleHaveTakenOutMeanwhile() throws IOException {
        only();
        proxy.server(1).kill();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send(POST);
            awaitConnectionErrors(1);
            proxy.backendServer(1).set(AdministrativeState.MAINT);
            proxy.server(1).restart();
            assertThat(wire.read().status()).isEqualTo(503);
        }
        assertThat(proxy.server(1).requests()).isEmpty();
    }

    @Test
    void doesNotAskAgainForAClientThatHasGone() throws IOException {
        only();
        proxy.server(1).kill();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("GET /gone HTTP/1.1\r\nHost: a\r\n\r\n");
            awaitConnectionErrors(1);
        }
        proxy.fixture().logged(1);
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            // Its pause is over later than the other one would have been.
            wire.send("GET /stays HTTP/1.1\r\nHost: a\r\n\r\n");
            awaitConnectionErrors(2);
            proxy.server(1).restart();
            assertThat(wire.read().text()).isEqualTo("server-1");
        }
        assertThat(proxy.server(1).requests())
                .extracting(FixtureServer.Request::target)
                .containsExactly("/stays");
    }

    @Test
    void pausesNoLongerThanTheRequestMayTake() throws IOException {
        proxy.close();
        proxy = new ProxyFixture(1);
        proxy.listen(
                ProxySettings.DEFAULTS.with(ProxyTimeouts.DEFAULTS.withTotal(Duration.ofMillis(200))),
                HttpLimits.DEFAULTS);
        proxy.server(1).kill();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").status()).isEqualTo(504);
        }
    }

    private void only() throws IOException {
        proxy.close();
        proxy = new ProxyFixture(1);
        proxy.listen();
    }

    private void awaitConnectionErrors(int count) {
        await().until(() -> proxy.backendServer(1).stats().connectionErrors() >= count);
    }

    @Test
    void answers503WhenNoServerTakesRequests() throws IOException {
        proxy.listen();
        proxy.backendServer(1).set(com.foobar.http.backend.OperationalState.DOWN, "test");
        proxy.backendServer(2).set(com.foobar.http.backend.OperationalState.DOWN, "test");
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            HttpWire.Response response = wire.send("GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n")
                    .read();
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.values("content-type").get(0)).startsWith("text/html");
        }
        assertThat(proxy.fixture().logged(1).get(0).error()).isInstanceOf(ProxyError.NoServer.class);
    }

    @Test
    void answers504WhenTheServerIsTooSlow() throws IOException {
        Duration limit = Duration.ofSeconds(2);
        proxy.listen(
                ProxySettings.DEFAULTS.withTimeouts(Duration.ofSeconds(10), limit, Duration.ofSeconds(10)),
                HttpLimits.DEFAULTS);
        proxy.server(1).answer((request, wire) -> wire.stall());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").status()).isEqualTo(504);
            assertThat(wire.get("/").text()).isEqualTo("server-2");
        }
        assertThat(proxy.backendServer(1).stats().responseErrors()).isEqualTo(1);
        await().until(() -> proxy.server(1).openConnections() == 0);
    }

    @Test
    void neverFailsAGetWhileServersAreKilledInTurn() throws Exception {
        proxy.listen();
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        AtomicInteger answers = new AtomicInteger();
        CountDownLatch stop = new CountDownLatch(1);
        Thread[] clients = new Thread[4];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = new Thread(() -> {
                try (HttpWire wire = HttpWire.connect(proxy.port())) {
                    while (stop.getCount() > 0) {
                        HttpWire.Response response = wire.get("/");
                        if (response.status() == 200) {
                            answers.incrementAndGet();
                        } else {
                            failures.add(response.status() + " " + response.text());
                        }
                    }
                } catch (IOException e) {
                    failures.add(e.toString());
                }
            });
            clients[i].start();
        }
        for (int round = 0; round < 10; round++) {
            int before = answers.get();
            proxy.server(1 + round % 2).kill();
            await().until(() -> answers.get() > before + 50 || !failures.isEmpty());
            proxy.server(1 + round % 2).restart();
            int then = answers.get();
            await().until(() -> answers.get() > then + 50 || !failures.isEmpty());
        }
        stop.countDown();
        for (Thread client : clients) {
            client.join();
        }
        assertThat(failures).isEmpty();
        assertThat(proxy.backendServer(1).inFlight()).isZero();
        assertThat(proxy.backendServer(2).inFlight()).isZero();
    }
}
