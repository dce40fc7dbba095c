package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.message.WebSocketKey;
import com.foobar.http.testing.FixtureServer.Behaviour;
import com.foobar.http.testing.Http2FixtureServer;
import com.foobar.http.testing.Http2Wire;
import com.foobar.http.testing.Http2Wire.Frame;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import com.foobar.http.testing.TestTls;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** WebSockets as streams of HTTP/2 (RFC 8441), from clients and to servers. */
class ExtendedConnectIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int ENABLE_CONNECT_PROTOCOL = 8;

    @TempDir
    private static Path directory;

    private static TestTls tls;

    private ProxyFixture proxy;
    private Http2FixtureServer server;

    @BeforeAll
    static void makeCertificate() throws Exception {
        tls = TestTls.make(directory);
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        if (server != null) {
            server.close();
        }
    }

    private void before(Behaviour behaviour) throws IOException {
        proxy = new ProxyFixture(1).listen(ProxySettings.DEFAULTS, HttpLimits.DEFAULTS, tls::server);
        proxy.server(1).answer(behaviour);
    }

    private Http2Wire client() throws IOException {
        return Http2Wire.connect(proxy.port(), tls.client());
    }

    private static Http2Wire connect(Http2Wire wire, String protocol) throws IOException {
        return connect(wire, protocol, "x-none", "");
    }

    /** @param name of a field beside those that each has */
    private static Http2Wire connect(Http2Wire wire, String protocol, String name, String value) throws IOException {
        byte[] head = Http2Wire.block(
                ":method",
                "CONNECT",
                ":protocol",
                protocol,
                ":scheme",
                "https",
                ":path",
                "/chat",
                ":authority",
                "a",
                "sec-websocket-version",
                "13",
                "sec-websocket-protocol",
                "one",
                "sec-websocket-key",
                "mine",
                name,
                value);
        return wire.frame(Http2Wire.HEADERS, Http2Wire.END_HEADERS, 1, head).flush();
    }

    private static Http2Headers answer(Http2Wire wire) throws IOException {
        Frame frame = wire.read(1);
        assertThat(frame.type()).isEqualTo(Http2Wire.HEADERS);
        return wire.headers(frame);
    }

    private static String text(Frame frame) {
        assertThat(frame.type()).isEqualTo(Http2Wire.DATA);
        byte[] bytes = new byte[frame.payload().remaining()];
        frame.payload().get(bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Switches, and sends back what comes. */
    private static Behaviour echo() {
        return (request, wire) -> {
            String accept = WebSocketKey.accept(request.fields().get("sec-websocket-key"));
            wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n");
            wire.send("Sec-WebSocket-Protocol: one\r\nSec-WebSocket-Accept: " + accept + "\r\n\r\n");
            for (byte[] some = wire.readSome(); some.length > 0; some = wire.readSome()) {
                wire.send(some);
            }
            wire.close();
        };
    }

    @Test
    void saysThatItTakesThem() throws IOException {
        before(echo());
        try (Http2Wire wire = client()) {
            Frame settings = wire.readType(Http2Wire.SETTINGS);
            List<Integer> enabled = new ArrayList<>();
            while (settings.payload().hasRemaining()) {
                int id = settings.payload().getShort();
                int value = settings.payload().getInt();
                if (id == ENABLE_CONNECT_PROTOCOL) {
                    enabled.add(value);
                }
            }
            assertThat(enabled).containsExactly(1);
        }
    }

    /** As a switch does in HTTP/1.1: it may be the only request that the client makes. */
    @Test
    void keepsAClientAtItsServer() throws IOException {
        proxy = new ProxyFixture(3)
                .listen(tls::server, "balance: roundrobin\nsticky: {cookie: SID, secret: 0123456789abcdef}");
        for (int number = 1; number <= 3; number++) {
            proxy.server(number).answer(echo());
        }
        String cookie;
        try (Http2Wire wire = client()) {
            cookie = answer(connect(wire, "websocket")).get("set-cookie").toString();
        }
        for (int i = 0; i < 3; i++) {
            try (Http2Wire wire = client()) {
                Http2Headers head = answer(connect(wire, "websocket", "cookie", cookie.split(";")[0]));
                assertThat(head.status().toString()).isEqualTo("200");
                assertThat(head.contains("set-cookie")).isFalse();
            }
        }
        assertThat(IntStream.rangeClosed(1, 3)
                        .map(number -> proxy.server(number).requests().size()))
                .containsExactlyInAnyOrder(0, 0, 4);
    }

    @Test
    void becomesAnUpgradeForAServerOfHttp1() throws IOException {
        before(echo());
        try (Http2Wire wire = client()) {
            Http2Headers head = answer(connect(wire, "websocket"));
            assertThat(head.status().toString()).isEqualTo("200");
            assertThat(head.get("sec-websocket-protocol").toString()).isEqualTo("one");
            assertThat(head.contains("sec-websocket-accept")).isFalse();
            assertThat(head.contains("upgrade")).isFalse();
            assertThat(head.contains("content-length")).isFalse();
            wire.frame(Http2Wire.DATA, 0, 1, bytes("hello")).flush();
            assertThat(text(wire.read(1))).isEqualTo("hello");
            wire.frame(Http2Wire.DATA, 0, 1, bytes("again")).flush();
            assertThat(text(wire.read(1))).isEqualTo("again");
            // The server closes when its input ends, and that comes back.
            wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, 1).flush();
            assertThat(wire.read(1).has(Http2Wire.END_STREAM)).isTrue();
        }
        var asked = proxy.server(1).requests().get(0);
        assertThat(asked.method()).isEqualTo("GET");
        assertThat(asked.target()).isEqualTo("/chat");
        assertThat(asked.fields())
                .containsEntry("upgrade", "websocket")
                .containsEntry("connection", "upgrade")
                .containsEntry("sec-websocket-version", "13")
                .containsEntry("host", "a");
        assertThat(asked.fields().get("sec-websocket-key")).hasSize(24);
    }

    @Test
    void closesTheServersConnectionWhenTheStreamIsReset() throws IOException {
        before(echo());
        try (Http2Wire wire = client()) {
            answer(connect(wire, "websocket"));
            wire.frame(Http2Wire.RST_STREAM, 0, 1, 0, 0, 0, Http2Wire.CANCEL).flush();
            await().atMost(PATIENCE).until(() -> proxy.server(1).openConnections() == 0);
        }
        await().atMost(PATIENCE).until(() -> proxy.fixture().logged().size() == 1);
    }

    @Test
    void passesTheAnswerOfAServerThatDoesNotSwitchOn() throws IOException {
        before((request, wire) -> wire.respond(403, "no"));
        try (Http2Wire wire = client()) {
            assertThat(answer(connect(wire, "websocket")).status().toString()).isEqualTo("403");
            assertThat(text(wire.read(1))).isEqualTo("no");
        }
    }

    @Test
    void takesNo200ForATunnel() throws IOException {
        before((request, wire) -> wire.respond(200, "a page"));
        try (Http2Wire wire = client()) {
            assertThat(answer(connect(wire, "websocket")).status().toString()).isEqualTo("502");
        }
        assertThat(proxy.fixture().logged(1).get(0).error()).isInstanceOf(ProxyError.BadResponse.class);
        assertThat(proxy.backendServer(1).stats().responseErrors()).isEqualTo(1);
        assertThat(proxy.backendServer(1).stats().clientAborts()).isZero();
        assertThat(proxy.backendServer(1).stats().inFlight()).isZero();
    }

    @Test
    void takesTheProtocolInAnyCase() throws IOException {
        before(echo());
        try (Http2Wire wire = client()) {
            assertThat(answer(connect(wire, "WebSocket")).status().toString()).isEqualTo("200");
        }
        assertThat(proxy.server(1).requests().get(0).fields()).containsEntry("upgrade", "websocket");
    }

    /** What a server of HTTP/2 that makes tunnels is asked. */
    private String asked(String method, String upgrade) throws IOException {
        beforeHttp2(
                (wire, connection) -> {
                    Frame request = wire.readRequest();
                    Http2Headers head = wire.headers(request);
                    wire.respond(
                            request.stream(),
                            true,
                            ":status",
                            "403",
                            "x-seen",
                            head.method() + " " + head.get(":protocol"));
                    wire.flush();
                    wire.isClosed();
                },
                0,
                ENABLE_CONNECT_PROTOCOL,
                0,
                0,
                0,
                1);
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send(method + " / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: " + upgrade + "\r\n\r\n");
            return String.join("\n", wire.read().fields());
        }
    }

    @Test
    void asksForATunnelInTheProtocolsOwnCase() throws IOException {
        assertThat(asked("GET", "WebSocket")).contains("x-seen: CONNECT websocket");
    }

    @Test
    void asksForNoTunnelOfAnotherProtocol() throws IOException {
        assertThat(asked("GET", "foo/2")).contains("x-seen: GET null");
    }

    @Test
    void asksForNoTunnelWithAnotherMethod() throws IOException {
        assertThat(asked("POST", "websocket")).contains("x-seen: POST null");
    }

    @Test
    void takesNoSwitchForAnotherKey() throws IOException {
        before((request, wire) ->
                wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"));
        try (Http2Wire wire = client()) {
            assertThat(answer(connect(wire, "websocket")).status().toString()).isEqualTo("502");
        }
    }

    @Test
    void knowsNoOtherProtocol() throws IOException {
        before(echo());
        try (Http2Wire wire = client()) {
            assertThat(answer(connect(wire, "connect-udp")).status().toString()).isEqualTo("501");
        }
    }

    @Test
    void refusesThemWhereTheyAreSwitchedOff() throws IOException {
        proxy = new ProxyFixture(1)
                .listen(ProxySettings.DEFAULTS, HttpLimits.DEFAULTS.withExtendedConnect(false), tls::server);
        try (Http2Wire wire = client()) {
            Frame frame = connect(wire, "websocket").read(1);
            assertThat(frame.type()).isEqualTo(Http2Wire.RST_STREAM);
            assertThat(frame.errorCode()).isEqualTo(Http2Wire.PROTOCOL_ERROR);
        }
    }

    @Test
    void readsNoFasterFromTheServerThanTheClientDoes() throws IOException {
        AtomicLong sent = new AtomicLong();
        before((request, wire) -> {
            wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n");
            wire.send("Sec-WebSocket-Accept: "
                    + WebSocketKey.accept(request.fields().get("sec-websocket-key")) + "\r\n\r\n");
            byte[] piece = new byte[64 * 1024];
            while (sent.get() < 256L * 1024 * 1024) {
                wire.send(piece);
                sent.addAndGet(piece.length);
            }
        });
        try (Http2Wire wire = client()) {
            // Its window of 64 KiB is never opened again.
            answer(connect(wire, "websocket"));
            AtomicLong before = new AtomicLong(-1);
            await().pollInterval(Duration.ofMillis(500))
                    .atMost(PATIENCE)
                    .until(() -> sent.get() > 0 && before.getAndSet(sent.get()) == sent.get());
            assertThat(sent.get()).isLessThan(32L * 1024 * 1024);
        }
    }

    private void beforeHttp2(Http2FixtureServer.Script script, int... settings) throws IOException {
        server = new Http2FixtureServer(script, settings);
        proxy = ProxyFixture.beforeHttp2(server.port()).listen();
    }

    private HttpWire upgrade() throws IOException {
        HttpWire wire = HttpWire.connect(proxy.port());
        wire.send("GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n");
        return wire.send("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    }

    @Test
    void passesAnUpgradeOnToAServerOfHttp2() throws IOException {
        beforeHttp2(
                (wire, connection) -> {
                    Frame request = wire.readRequest();
                    Http2Headers head = wire.headers(request);
                    wire.respond(
                            request.stream(),
                            false,
                            "x-seen",
                            head.method() + " " + head.get(":protocol") + " " + head.path() + " "
                                    + head.contains("sec-websocket-key") + " " + request.has(1));
                    while (true) {
                        Frame frame = wire.read();
                        if (frame.type() == Http2Wire.DATA) {
                            byte[] data = new byte[frame.payload().remaining()];
                            frame.payload().get(data);
                            wire.frame(Http2Wire.DATA, frame.flags(), frame.stream(), data);
                        }
                    }
                },
                0,
                ENABLE_CONNECT_PROTOCOL,
                0,
                0,
                0,
                1);
        try (HttpWire wire = upgrade()) {
            assertThat(wire.readSwitch())
                    .contains("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "connection: upgrade")
                    .contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                    .contains("x-seen: CONNECT websocket /chat false false");
            assertThat(wire.send("hello").readBytes(5)).isEqualTo(bytes("hello"));
            wire.shutdownOutput();
            assertThat(wire.isClosed()).isTrue();
        }
        await().atMost(PATIENCE).until(() -> proxy.fixture().logged().size() == 1);
    }

    @Test
    void asksAServerOfHttp2ThatMakesNoTunnelsAsIfThereWereNoUpgrade() throws IOException {
        beforeHttp2((wire, connection) -> {
            Frame request = wire.readRequest();
            wire.respond(request.stream(), wire.headers(request).method() + " " + request.has(Http2Wire.END_STREAM));
            wire.isClosed();
        });
        try (HttpWire wire = upgrade()) {
            assertThat(wire.read().text()).isEqualTo("GET true");
        }
    }
}
