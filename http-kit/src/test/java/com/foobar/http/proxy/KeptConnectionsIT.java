package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many connections to a server are kept for requests to come, and for how long. */
class KeptConnectionsIT {
    private static final int EVENT_LOOPS = 2;
    /** Sooner than an idle connection is closed by default. */
    private static final Duration SOON = Duration.ofSeconds(20);

    private ProxyFixture proxy;

    @BeforeEach
    void start() throws IOException {
        proxy = new ProxyFixture(1);
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    private void listen(int idlePerLoop, Duration idleTimeout) {
        ProxySettings defaults = ProxySettings.DEFAULTS;
        ProxySettings settings = new ProxySettings(
                defaults.forwarded(),
                defaults.retry(),
                defaults.hedging(),
                defaults.timeouts(),
                defaults.connectionsPerServer(),
                defaults.queued(),
                idlePerLoop,
                idleTimeout,
                defaults.unrepeatableIdle(),
                defaults.sendProxy(),
                defaults.streamsPerConnection());
        proxy.listen(settings, HttpLimits.DEFAULTS);
    }

    @Test
    void keepsSoManyOnEachEventLoop() throws IOException {
        listen(1, ProxySettings.DEFAULTS.idleTimeout());
        int requests = 4 * EVENT_LOOPS;
        CountDownLatch answer = new CountDownLatch(1);
        proxy.server(1).answerAfter(answer);
        List<HttpWire> wires = new ArrayList<>();
        try {
            for (int i = 0; i < requests; i++) {
                wires.add(HttpWire.connect(proxy.port()).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
            }
            await().atMost(SOON).until(() -> proxy.server(1).requests().size() == requests);
            assertThat(proxy.server(1).openConnections()).isEqualTo(requests);
            answer.countDown();
            for (HttpWire wire : wires) {
                assertThat(wire.read().status()).isEqualTo(200);
            }
            await().atMost(SOON).until(() -> proxy.server(1).openConnections() == EVENT_LOOPS);

            for (HttpWire wire : wires) {
                assertThat(wire.get("/").status()).isEqualTo(200);
            }
            assertThat(proxy.server(1).connections()).as("those kept are used").isEqualTo(requests);
        } finally {
            answer.countDown();
            for (HttpWire wire : wires) {
                wire.close();
            }
        }
    }

    @Test
    void closesThoseThatHaveBeenIdleForSoLong() throws IOException {
        listen(ProxySettings.DEFAULTS.idlePerLoop(), Duration.ofMillis(200));
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").status()).isEqualTo(200);
            await().atMost(SOON).until(() -> proxy.server(1).openConnections() == 0);
            assertThat(proxy.proxy().connections()).isZero();

            assertThat(wire.get("/").status()).isEqualTo(200);
            assertThat(proxy.server(1).connections()).isEqualTo(2);
        }
    }
}
