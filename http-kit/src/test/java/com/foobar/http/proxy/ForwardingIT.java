package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.message.ResponseHead;
import com.foobar.http.testing.Fixture;
import com.foobar.http.testing.FixtureServer.Request;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What arrives at the server, and what comes back, field by field. */
class ForwardingIT {
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws IOException {
        proxy = new ProxyFixture(1);
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    private Request forward(String head) throws IOException {
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.send(head + "\r\n").read().status()).isEqualTo(200);
        }
        return proxy.server(1).lastRequest();
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    @Test
    void passesMethodTargetHostAndFieldsOn() throws IOException {
        proxy.listen();
        Request request = forward(
                "DELETE /a%2Fb//c/../d?x=%00&y HTTP/1.1\r\nHost: www.foobar.com:8443\r\nX-Own: 1\r\nX-Own: 2\r\nCookie: a=b\r\n");
        assertThat(request.method()).isEqualTo("DELETE");
        assertThat(request.target()).isEqualTo("/a%2Fb//c/../d?x=%00&y");
        assertThat(request.fields())
                .containsEntry("host", "www.foobar.com:8443")
                .containsEntry("x-own", "1, 2")
                .containsEntry("cookie", "a=b");
    }

    @Test
    void replacesForwardingFieldsAtTheEdge() throws IOException {
        proxy.listen();
        Request request = forward(lines(
                "GET / HTTP/1.1",
                "Host: a",
                "X-Forwarded-For: 6.6.6.6",
                "X_Forwarded_For: 6.6.6.6",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: evil",
                "X-Forwarded-Port: 1",
                "Forwarded: for=6.6.6.6",
                "X-Real-IP: 6.6.6.6"));
        assertThat(request.fields())
                .containsEntry("x-forwarded-for", "127.0.0.1")
                .containsEntry("x-forwarded-proto", "http")
                .containsEntry("x-forwarded-host", "a")
                .containsEntry("forwarded", "for=127.0.0.1;host=\"a\";proto=http")
                .doesNotContainKeys("x-forwarded-port", "x-real-ip", "x_forwarded_for");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"X-Forwarded-Prefix", "X-Forwarded-Ssl", "x-forwarded-scheme", "X-FORWARDED-", "X-Forwarded-Port"
            })
    void removesWhateverElseBeginsAsForwardingFieldsDo(String name) throws IOException {
        proxy.listen();
        Request request = forward(lines("GET / HTTP/1.1", "Host: a", name + ": 1", name + ": 2", "X-Forwarded: 3"));
        assertThat(request.fields())
                .doesNotContainKey(name.toLowerCase(Locale.ROOT))
                .containsEntry("x-forwarded", "3")
                .containsEntry("x-forwarded-for", "127.0.0.1");
    }

    @Test
    void appendsToForwardingFieldsInside() throws IOException {
        proxy.listen(ProxySettings.DEFAULTS.with(ForwardedMode.INNER), HttpLimits.DEFAULTS);
        Request request = forward(
                "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: b\r\nForwarded: for=6.6.6.6\r\n");
        assertThat(request.fields())
                .containsEntry("x-forwarded-for", "6.6.6.6, 127.0.0.1")
                .containsEntry("x-forwarded-proto", "https")
                .containsEntry("x-forwarded-host", "b")
                .containsEntry("forwarded", "for=6.6.6.6, for=127.0.0.1;host=\"a\";proto=http");
    }

    @Test
    void keepsAnAcceptableRequestIdAndContinuesTheTrace() throws IOException {
        proxy.listen();
        Request request = forward(
                "GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: abc.1\r\ntraceparent: 00-0123456789abcdef0123456789abcdef-0123456789abcdef-01\r\n");
        assertThat(request.fields()).containsEntry("x-request-id", "abc.1");
        assertThat(request.fields().get("traceparent"))
                .startsWith("00-0123456789abcdef0123456789abcdef-")
                .endsWith("-01")
                .doesNotContain("-0123456789abcdef-");
        assertThat(proxy.fixture().logged(1).get(0).requestId()).isEqualTo("abc.1");
    }

    @Test
    void makesARequestIdAndATraceWhereTheyAreMissingOrBad() throws IOException {
        proxy.listen();
        Request request = forward("GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: a b<c>\r\ntraceparent: nonsense\r\n");
        assertThat(request.fields().get("x-request-id")).matches("[A-Za-z0-9._-]{1,64}");
        assertThat(request.fields().get("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
    }

    @Test
    void endsHopByHopFieldsOfRequests() throws IOException {
        proxy.listen();
        Request request = forward(lines(
                "GET / HTTP/1.1",
                "Host: a",
                "Connection: keep-alive, X-Own",
                "X-Own: 1",
                "Keep-Alive: timeout=5",
                "TE: trailers",
                "Proxy-Connection: keep-alive",
                "Proxy-Authorization: Basic x",
                "Upgrade: h2c",
                "HTTP2-Settings: x",
                "Trailer: X"));
        assertThat(request.fields().keySet())
                .containsExactlyInAnyOrder(
                        "host",
                        "x-forwarded-for",
                        "x-forwarded-proto",
                        "x-forwarded-host",
                        "forwarded",
                        "x-request-id",
                        "traceparent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "content-length", "AUTHORIZATION", "X-Forwarded-For", "Cookie", "x-request-id"})
    void refusesNominationOfEndToEndFields(String name) throws IOException {
        proxy.listen();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close, " + name + "\r\n\r\n")
                            .read()
                            .status())
                    .isEqualTo(400);
        }
        assertThat(proxy.server(1).requests()).isEmpty();
    }

    @Test
    void framesABodyAnewByItsLength() throws IOException {
        proxy.listen();
        Request request = forward("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0005\r\n\r\nabc");
        assertThat(request.fields()).containsEntry("content-length", "5").doesNotContainKey("transfer-encoding");
        assertThat(request.text()).isEqualTo("abc\r\n");
    }

    @Test
    void framesAChunkedBodyAnewInChunks() throws IOException {
        proxy.listen();
        Request request = forward(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n1;ext=\"x\"\r\na\r\n0002\r\nbc\r\n0\r\nX-Sum: 3\r\nContent-Length: 9\r\n");
        assertThat(request.fields())
                .containsEntry("transfer-encoding", "chunked")
                .doesNotContainKey("content-length")
                .containsKey("trailer X-Sum: 3");
        assertThat(request.fields().keySet()).noneMatch(name -> name.startsWith("trailer Content-Length"));
        assertThat(request.text()).isEqualTo("abc");
    }

    @Test
    void answersExpectContinueItself() throws IOException {
        proxy.listen();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            assertThat(new String(wire.readBytes(25), java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(wire.send("abc").read().status()).isEqualTo(200);
        }
        assertThat(proxy.server(1).lastRequest().fields()).doesNotContainKey("expect");
    }

    @Test
    void endsHopByHopFieldsOfResponses() throws IOException {
        proxy.listen();
        proxy.server(1)
                .answer(
                        (request, wire) -> wire.send(
                                "HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Own\r\nX-Own: 1\r\nKeep-Alive: timeout=5\r\n"
                                        + "Proxy-Authenticate: x\r\nUpgrade: h2\r\nTrailer: x\r\nETag: \"x\"\r\nContent-Length: 2\r\n\r\nok"));
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            HttpWire.Response response = wire.get("/");
            assertThat(response.text()).isEqualTo("ok");
            assertThat(response.fields())
                    .map(field -> field.substring(0, field.indexOf(':')).toLowerCase(java.util.Locale.ROOT))
                    .containsExactlyInAnyOrder("etag", "x-request-id", "date", "content-length");
        }
    }

    @Test
    void passesAChunkedResponseOnInChunks() throws IOException {
        proxy.listen();
        proxy.server(1).answer((request, wire) -> wire.send(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
                .send("2;x\r\nde\r\n0\r\nX-Sum: 1\r\n\r\n"));
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            HttpWire.Response response = wire.get("/");
            assertThat(response.values("transfer-encoding")).containsExactly("chunked");
            assertThat(response.text()).isEqualTo("abcde");
            assertThat(wire.get("/").text()).isEqualTo("abcde");
        }
        assertThat(proxy.server(1).connections()).isEqualTo(1);
    }

    @Test
    void passesAResponseThatEndsWithItsConnectionOn() throws IOException {
        proxy.listen();
        proxy.server(1).answer((request, wire) -> wire.send("HTTP/1.0 200 OK\r\n\r\nabc")
                .close());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").text()).isEqualTo("abc");
            assertThat(wire.get("/").text()).isEqualTo("abc");
        }
        assertThat(proxy.server(1).connections()).isEqualTo(2);
    }

    @Test
    void answersHttp10ClientsByClosing() throws IOException {
        proxy.listen();
        proxy.server(1)
                .answer((request, wire) ->
                        wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"));
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            HttpWire.Response response = wire.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                    .read();
            assertThat(response.text()).isEqualTo("abc");
            assertThat(response.values("transfer-encoding")).isEmpty();
            assertThat(response.closes()).isTrue();
        }
    }

    @Test
    void namesTheServerAsHostWhereAClientOfHttp10NamesNone() throws IOException {
        proxy.close();
        proxy = new ProxyFixture(2);
        proxy.listen();
        proxy.server(1).answer((request, wire) -> wire.close());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.send("GET / HTTP/1.0\r\n\r\n").read().text()).isEqualTo("server-2");
        }
        // What the first one was named is not what the second one is.
        assertThat(proxy.server(1).lastRequest().fields())
                .containsEntry("host", "127.0.0.1:" + proxy.server(1).port());
        assertThat(proxy.server(2).lastRequest().fields())
                .containsEntry("host", "127.0.0.1:" + proxy.server(2).port())
                .containsEntry("forwarded", "for=127.0.0.1;proto=http")
                .doesNotContainKey("x-forwarded-host");
    }

    /** One that takes HTTP/1.1 as seriously as we do. */
    @Test
    void hasAStrictServerAnswerAClientOfHttp10ThatNamesNoHost() throws IOException {
        try (Fixture strict = new Fixture()) {
            strict.listen(stream -> {
                stream.respond(ResponseHead.of(204));
                stream.end();
            });
            proxy.close();
            proxy = ProxyFixture.before(strict.port()).listen();
            try (HttpWire wire = HttpWire.connect(proxy.port())) {
                assertThat(wire.send("GET / HTTP/1.0\r\n\r\n").read().status()).isEqualTo(204);
            }
        }
    }

    @Test
    void passesResponsesWithoutBodyOn() throws IOException {
        proxy.listen();
        proxy.server(1)
                .answer((request, wire) -> wire.send(
                        switch (request.target()) {
                            case "/204" -> "HTTP/1.1 204 No Content\r\n\r\n";
                            case "/304" -> "HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\nETag: \"x\"\r\n\r\n";
                            default -> "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
                        }));
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/204").status()).isEqualTo(204);
            HttpWire.Response notModified = wire.get("/304");
            assertThat(notModified.status()).isEqualTo(304);
            assertThat(notModified.values("content-length")).containsExactly("77");
            HttpWire.Response head =
                    wire.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").readHead();
            assertThat(head.values("content-length")).containsExactly("5");
            assertThat(wire.get("/204").status()).isEqualTo(204);
        }
        assertThat(proxy.server(1).connections()).isEqualTo(1);
    }

    @Test
    void passesEarlyHintsOnAndSwallowsContinue() throws IOException {
        proxy.listen();
        proxy.server(1).answer((request, wire) -> {
            wire.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
            wire.respond(200, "ok");
        });
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            HttpWire.Response response = wire.get("/");
            assertThat(response.interim()).containsExactly(103);
            assertThat(response.text()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc",
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\nContent-Length: 3\n\nabc",
                "HTTP/1.1 2000 OK\r\nContent-Length: 3\r\n\r\nabc",
                "HTTP/1.1 099 OK\r\nContent-Length: 3\r\n\r\nabc",
                "HTTP/2 200 OK\r\nContent-Length: 3\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nX : y\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nX: y\r\n z\r\n\r\nabc",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
                "SSH-2.0-OpenSSH_9.2\r\n\r\n"
            })
    void answers502WhenTheServersAnswerIsNoHttp(String answer) throws IOException {
        proxy.listen();
        proxy.server(1).answer((request, wire) -> wire.send(answer));
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").status()).isEqualTo(502);
            proxy.server(1).answer((request, out) -> out.respond(200, "ok"));
            assertThat(wire.get("/").text()).isEqualTo("ok");
        }
        assertThat(proxy.server(1).connections()).isEqualTo(2);
        assertThat(proxy.server(1).requests()).hasSize(2);
    }

    @Test
    void neverTakesWhatAServerSendsUnaskedForAnAnswer() throws IOException {
        proxy.listen();
        proxy.server(1).answer((request, wire) -> {
            String right = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nright";
            wire.send(right + right.replace("right", "wrong"));
        });
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            for (int i = 0; i < 5; i++) {
                assertThat(wire.get("/").text()).isEqualTo("right");
            }
        }
    }

    @Test
    void breaksOffWhenTheServerBreaksOff() throws IOException {
        proxy.listen();
        proxy.server(1).answer((request, wire) -> wire.send(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
                .reset());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> wire.get("/"))
                    .isInstanceOf(IOException.class);
        }
        org.awaitility.Awaitility.await().until(() -> !proxy.fixture().logged().isEmpty());
        assertThat(proxy.fixture().logged(1)).hasSize(1);
    }
}
