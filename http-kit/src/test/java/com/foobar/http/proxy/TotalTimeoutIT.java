package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.ServerObserver;
import com.foobar.http.backend.ServerStats;
import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TotalTimeoutIT {
    private final CountDownLatch never = new CountDownLatch(1);
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws IOException {
        proxy = new ProxyFixture(1)
                .listen(
                        ProxySettings.DEFAULTS.with(ProxyTimeouts.DEFAULTS.withTotal(Duration.ofSeconds(2))),
                        HttpLimits.DEFAULTS);
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    private void awaitError(boolean clientAwaited) {
        await().until(() -> proxy.fixture().logged().size() == 1);
        assertThat(proxy.fixture().logged(1).get(0).error())
                .isInstanceOfSatisfying(ProxyError.TotalTimeout.class, error -> assertThat(error.clientAwaited())
                        .isEqualTo(clientAwaited));
        await().until(() -> proxy.server(1).openConnections() == 0);
        assertThat(proxy.backendServer(1).inFlight()).isZero();
    }

    private void assertFailures(int ofTheServer, int ofTheClient) {
        ServerStats stats = proxy.backendServer(1).stats();
        assertThat(stats.responseErrors()).isEqualTo(ofTheServer);
        assertThat(stats.failures()).isEqualTo(ofTheServer);
        assertThat(stats.clientAborts()).isEqualTo(ofTheClient);
    }

    @Test
    void answers504WhereNoAnswerHasBegun() throws IOException {
        proxy.server(1).answer((request, wire) -> wire.stall());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").status()).isEqualTo(504);
        }
        awaitError(false);
        assertFailures(1, 0);
    }

    @Test
    void countsAServerThatHangsAmongThoseThatFail() throws IOException {
        List<String> reasons = new CopyOnWriteArrayList<>();
        proxy.backendServer(1).observe(new ServerObserver() {
            @Override
            public void requestFailed(BackendServer server, String reason) {
                reasons.add(reason);
            }

            @Override
            public void failedInARow(BackendServer server, int row) {
                reasons.add("in a row: " + row);
            }
        });
        proxy.server(1).answer((request, wire) -> wire.stall());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").status()).isEqualTo(504);
        }
        awaitError(false);
        assertThat(reasons).containsExactly("in a row: 1", "no whole answer within 2000 ms (timeouts.total)");
    }

    /** The server waits for the rest of the request. */
    @Test
    void blamesNoServerForAClientThatDoesNotEndItsRequest() throws IOException {
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
            assertThat(wire.read().status()).isEqualTo(504);
        }
        awaitError(true);
        assertFailures(0, 1);
    }

    /** The server could send more. */
    @Test
    void blamesNoServerForAClientThatDoesNotRead() throws IOException {
        proxy.server(1).answer((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
            byte[] block = new byte[1024 * 1024];
            for (int i = 0; i < 1000; i++) {
                wire.send(block);
            }
        });
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            awaitError(true);
        }
        assertFailures(0, 1);
    }

    @Test
    void cutsAnAnswerThatTrickles() throws IOException {
        proxy.server(1).answer((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (!never.await(20, TimeUnit.MILLISECONDS)) {
                wire.send("1\r\nx\r\n");
            }
        });
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThatThrownBy(() -> wire.get("/")).isInstanceOf(IOException.class);
        }
        awaitError(false);
        assertFailures(1, 0);
    }

    @Test
    void endsWithTheAnswer() throws IOException {
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").status()).isEqualTo(200);
            proxy.server(1).answer((request, server) -> server.stall());
            assertThat(wire.get("/").status()).isEqualTo(504);
        }
        assertThat(proxy.fixture().logged(2)).hasSize(2);
        assertThat(proxy.fixture().logged(1).get(0).error()).isNull();
    }
}
