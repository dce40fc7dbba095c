package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.backend.OperationalState;
import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.testing.FixtureServer;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What waits while servers have as many requests as {@code maxconn} says; the fixture has two event loops. */
class QueueIT {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<HttpWire> wires = new ArrayList<>();
    private final Semaphore permits = new Semaphore(0);
    private ProxyFixture proxy;

    @AfterEach
    void close() throws IOException {
        for (HttpWire wire : wires) {
            wire.close();
        }
        permits.release(1000);
        proxy.close();
    }

    private void listen(int servers, int maxconn, int queued, Duration queueTimeout) throws IOException {
        proxy = new ProxyFixture(servers)
                .listen(
                        ProxySettings.DEFAULTS.withConnections(maxconn, queued).withTimeouts(LONG, LONG, queueTimeout),
                        HttpLimits.DEFAULTS);
    }

    /** Answers one request for each permit. */
    private void answerByPermit(FixtureServer server) {
        server.answer((request, wire) -> {
            permits.acquire();
            wire.respond(200, server.name());
        });
    }

    private HttpWire ask(String path) throws IOException {
        HttpWire wire = HttpWire.connect(proxy.port()).send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
        wires.add(wire);
        return wire;
    }

    private void awaitQueued(int count) {
        await().until(() -> proxy.proxy().queued() == count);
    }

    private List<String> targets(int server) {
        return proxy.server(server).requests().stream()
                .map(FixtureServer.Request::target)
                .toList();
    }

    @Test
    void servesThoseWhoWaitInTheOrderTheyCame() throws IOException {
        listen(1, 1, 100, LONG);
        answerByPermit(proxy.server(1));
        ask("/0");
        await().until(() -> targets(1).size() == 1);
        List<String> order = new ArrayList<>(List.of("/0"));
        for (int i = 1; i <= 10; i++) {
            ask("/" + i);
            awaitQueued(i);
            order.add("/" + i);
        }
        for (int i = 0; i <= 10; i++) {
            permits.release();
            assertThat(wires.get(i).read().status()).isEqualTo(200);
        }
        assertThat(targets(1)).isEqualTo(order);
        assertThat(proxy.backendServer(1).inFlight()).isZero();
        assertThat(proxy.proxy().queued()).isZero();
    }

    @Test
    void givesNoServerMoreThanItMayHave() throws Exception {
        listen(1, 3, 1000, LONG);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        proxy.server(1).answer((request, wire) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            // Gives others the time to come too early.
            assertThat(permits.tryAcquire(1, TimeUnit.MILLISECONDS)).isFalse();
            now.decrementAndGet();
            wire.respond(200, "ok");
        });
        AtomicInteger answers = new AtomicInteger();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Thread client = new Thread(() -> {
                try (HttpWire wire = HttpWire.connect(proxy.port())) {
                    for (int n = 0; n < 50; n++) {
                        if (wire.get("/").status() == 200) {
                            answers.incrementAndGet();
                        }
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            clients.add(client);
            client.start();
        }
        for (Thread client : clients) {
            client.join();
        }
        assertThat(answers.get()).isEqualTo(600);
        assertThat(most.get()).isLessThanOrEqualTo(3);
        assertThat(proxy.proxy().connections()).isLessThanOrEqualTo(3);
    }

    @Test
    void givesEachServerWhatItMayHave() throws Exception {
        proxy = new ProxyFixture(2)
                .listen(
                        ProxySettings.DEFAULTS.withTimeouts(LONG, LONG, LONG),
                        "balance: roundrobin",
                        "maxconn: 1",
                        "maxconn: 2");
        answerByPermit(proxy.server(1));
        answerByPermit(proxy.server(2));
        for (int i = 0; i < 5; i++) {
            ask("/");
        }
        awaitQueued(2);
        await().until(() -> targets(1).size() == 1 && targets(2).size() == 2);
        permits.release(5);
        for (HttpWire wire : wires) {
            assertThat(wire.read().status()).isEqualTo(200);
        }
    }

    @Test
    void asksAServerWithRoomBeforeItLetsAnybodyWait() throws IOException {
        listen(2, 1, 100, LONG);
        answerByPermit(proxy.server(1));
        for (int i = 0; i < 4; i++) {
            ask("/");
        }
        // One of them keeps server-1 busy, or none was sent there.
        await().until(() -> proxy.fixture().logged().size() >= 3);
        assertThat(proxy.fixture().logged()).allMatch(logged -> "server-2".equals(logged.server()));
    }

    @Test
    void answers503WhenNoPlaceInTheQueueIsLeft() throws IOException {
        listen(1, 1, 1, LONG);
        answerByPermit(proxy.server(1));
        ask("/");
        await().until(() -> targets(1).size() == 1);
        HttpWire waiting = ask("/");
        awaitQueued(1);
        HttpWire.Response refused = ask("/").read();
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.values("retry-after")).hasSize(1);
        assertThat(proxy.fixture().logged(1)).singleElement().satisfies(logged -> assertThat(logged.error())
                .isInstanceOf(ProxyError.QueueExhausted.class));
        permits.release(2);
        assertThat(waiting.read().status()).isEqualTo(200);
    }

    @Test
    void answers503AfterTheQueueTimeout() throws IOException {
        listen(1, 1, 100, Duration.ofMillis(200));
        answerByPermit(proxy.server(1));
        HttpWire first = ask("/");
        await().until(() -> targets(1).size() == 1);
        HttpWire.Response late = ask("/").read();
        assertThat(late.status()).isEqualTo(503);
        assertThat(late.values("retry-after")).hasSize(1);
        assertThat(proxy.proxy().queued()).isZero();
        permits.release(1);
        assertThat(first.read().status()).isEqualTo(200);
        assertThat(proxy.backendServer(1).stats().requests()).isEqualTo(1);
    }

    @Test
    void forgetsWhoWentAway() throws IOException {
        listen(1, 1, 100, LONG);
        answerByPermit(proxy.server(1));
        ask("/first");
        await().until(() -> targets(1).size() == 1);
        ask("/gone").close();
        ask("/third");
        awaitQueued(1);
        permits.release(2);
        assertThat(wires.get(2).read().status()).isEqualTo(200);
        assertThat(targets(1)).containsExactly("/first", "/third");
    }

    @Test
    void servesThoseWhoWaitWhenAnotherServerComesUp() throws IOException {
        listen(2, 1, 100, LONG);
        proxy.backendServer(2).set(OperationalState.DOWN, "test");
        answerByPermit(proxy.server(1));
        ask("/");
        await().until(() -> targets(1).size() == 1);
        HttpWire waiting = ask("/");
        awaitQueued(1);
        proxy.backendServer(2).set(OperationalState.UP, "test");
        assertThat(waiting.read().text()).isEqualTo("server-2");
    }

    @Test
    void retriesWhenTheOtherServerHasRoom() throws Exception {
        listen(2, 1, 100, LONG);
        CountDownLatch asked = new CountDownLatch(1);
        proxy.server(1).answer((request, wire) -> {
            asked.countDown();
            permits.acquire();
            wire.respond(200, "server-1");
        });
        HttpWire first = ask("/1");
        HttpWire second = ask("/2");
        asked.await();
        proxy.server(2).kill();
        // server-2 cannot be connected to, server-1 is busy: they wait for it.
        HttpWire third = ask("/3");
        permits.release(3);
        assertThat(first.read().status()).isEqualTo(200);
        assertThat(second.read().status()).isEqualTo(200);
        assertThat(third.read().text()).isEqualTo("server-1");
    }

    @Test
    void closesIdleConnectionsThatAreInTheWay() throws IOException {
        listen(1, 2, 100, LONG);
        // Connections of clients go to the event loops in turn.
        for (int i = 0; i < 8; i++) {
            assertThat(ask("/").read().status()).isEqualTo(200);
        }
        CountDownLatch latch = new CountDownLatch(1);
        proxy.server(1).answerAfter(latch);
        for (int i = 0; i < 2; i++) {
            ask("/");
        }
        await().until(() -> proxy.backendServer(1).inFlight() == 2);
        await().until(() -> proxy.server(1).openConnections() <= 2);
        latch.countDown();
    }

    /** The answer is too long to be read to its end where nobody wants it. */
    @Test
    void passesAStatusOnWhereNoOtherServerHasRoom() throws IOException {
        proxy = new ProxyFixture(2)
                .listen(
                        ProxySettings.DEFAULTS
                                .with(RetrySettings.DEFAULTS.withRetryOn("503"))
                                .withConnections(1, 1)
                                .withTimeouts(LONG, LONG, LONG),
                        HttpLimits.DEFAULTS);
        CountDownLatch full = new CountDownLatch(1);
        proxy.server(1).answer((request, wire) -> {
            if ("/1".equals(request.target())) {
                full.await();
                wire.respond(503, "x".repeat(100_000));
            } else {
                permits.acquire();
                wire.respond(200, "server-1");
            }
        });
        answerByPermit(proxy.server(2));
        ask("/1");
        await().until(() -> targets(1).size() == 1);
        ask("/2");
        await().until(() -> targets(2).size() == 1);
        ask("/3");
        awaitQueued(1);
        full.countDown();
        HttpWire.Response passedOn = wires.get(0).read();
        assertThat(passedOn.status()).isEqualTo(503);
        assertThat(passedOn.text()).hasSize(100_000);
        assertThat(proxy.backendServer(1).stats().retries()).isZero();

        // The place that was given back is that of one request.
        await().until(() -> targets(1).size() == 2);
        ask("/4");
        awaitQueued(1);
        permits.release(3);
        for (HttpWire wire : wires.subList(1, 4)) {
            assertThat(wire.read().status()).isEqualTo(200);
        }
        assertThat(proxy.backendServer(1).inFlight()).isZero();
        assertThat(proxy.backendServer(2).inFlight()).isZero();
    }
}
