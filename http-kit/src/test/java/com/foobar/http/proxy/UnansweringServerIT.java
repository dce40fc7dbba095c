package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.OperationalState;
import com.foobar.http.testing.Http2FixtureServer;
import com.foobar.http.testing.Http2Wire;
import com.foobar.http.testing.Http2Wire.Frame;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of requests that wait for a server whose host is gone: no packet tells of that, only checks without an answer. */
class UnansweringServerIT {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch back = new CountDownLatch(1);
    private ProxyFixture proxy;

    private void start() throws IOException {
        proxy = new ProxyFixture(2).listen();
        proxy.server(1).answer((request, wire) -> {
            asked.countDown();
            back.await();
            wire.respond(200, "server-1, late");
        });
    }

    @AfterEach
    void close() throws IOException {
        back.countDown();
        proxy.close();
    }

    /** What a health checker does. */
    private static void checkUnanswered(BackendServer server) {
        server.set(OperationalState.DOWN, "no answer within 1 s", false);
        server.unanswering();
    }

    @Test
    void aGetGoesToAnotherServer() throws Exception {
        start();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send(GET);
            asked.await();
            checkUnanswered(proxy.backendServer(1));
            assertThat(wire.read().text()).isEqualTo("server-2");
        }
        assertThat(proxy.backendServer(1).inFlight()).isZero();
        assertThat(proxy.backendServer(1).stats().responseErrors()).isEqualTo(1);
        assertThat(proxy.fixture().logged(1)).singleElement().satisfies(logged -> {
            assertThat(logged.retries()).isEqualTo(1);
            assertThat(logged.server()).isEqualTo("server-2");
        });
    }

    @Test
    void aPostGoesOnWaitingAsItMayHaveBeenDone() throws Exception {
        start();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send(POST);
            asked.await();
            checkUnanswered(proxy.backendServer(1));
            // The event loop has heard of it before it answers another one.
            try (HttpWire others = HttpWire.connect(proxy.port());
                    HttpWire and = HttpWire.connect(proxy.port())) {
                assertThat(others.get("/").text()).isEqualTo("server-2");
                assertThat(and.get("/").text()).isEqualTo("server-2");
            }
            back.countDown();
            assertThat(wire.read().text()).isEqualTo("server-1, late");
        }
        assertThat(proxy.server(2).requests()).hasSize(2);
    }

    @Test
    void aGetGoesOnWaitingWhereThereIsNoOtherServer() throws Exception {
        start();
        proxy.backendServer(2).set(OperationalState.DOWN, "connection refused", false);
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send(GET);
            asked.await();
            checkUnanswered(proxy.backendServer(1));
            back.countDown();
            assertThat(wire.read().text()).isEqualTo("server-1, late");
        }
    }

    @Test
    void idleConnectionsAreClosed() throws Exception {
        start();
        back.countDown();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").text()).isEqualTo("server-1, late");
            assertThat(proxy.server(1).openConnections()).isEqualTo(1);
            checkUnanswered(proxy.backendServer(1));
            await().until(() -> proxy.server(1).openConnections() == 0);
        }
    }

    @Test
    void aStreamOfHttp2GoesToAnotherServer() throws Exception {
        try (Http2FixtureServer first = new Http2FixtureServer((wire, connection) -> {
                    wire.readRequest();
                    asked.countDown();
                    back.await();
                });
                Http2FixtureServer second = new Http2FixtureServer((wire, connection) -> {
                    Frame request = wire.readRequest();
                    wire.respond(request.stream(), "h2-2");
                    drain(wire);
                })) {
            proxy = ProxyFixture.beforeHttp2(first.port(), second.port()).listen();
            try (HttpWire wire = HttpWire.connect(proxy.port())) {
                wire.send(GET);
                asked.await();
                checkUnanswered(proxy.backendServer(1));
                assertThat(wire.read().text()).isEqualTo("h2-2");
            }
            assertThat(proxy.backendServer(1).inFlight()).isZero();
        }
    }

    /** Until the other side closes. */
    private static void drain(Http2Wire wire) throws IOException {
        while (true) {
            wire.read();
        }
    }
}
