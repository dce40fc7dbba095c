package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.testing.Http2Wire;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import com.foobar.http.testing.TestTls;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fields behind a body, with a server of HTTP/1.1 (RFC 9110 §6.5). */
class TrailersIT {
    private static final String ANSWER =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 6\r\n\r\n";

    @TempDir
    private static Path directory;

    private static TestTls tls;

    private ProxyFixture proxy;

    @BeforeAll
    static void makeCertificate() throws Exception {
        tls = TestTls.make(directory);
    }

    @BeforeEach
    void start() throws IOException {
        proxy = new ProxyFixture(1);
        proxy.server(1).answer((request, wire) -> wire.send(ANSWER));
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    @Test
    void passesThoseOfAResponseToAClientOfHttp1() throws IOException {
        proxy.listen();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: TE, close\r\n\r\n");
            assertThat(new String(wire.readBytes(10_000), StandardCharsets.US_ASCII))
                    .endsWith("3\r\nabc\r\n0\r\nX-Sum: 6\r\n\r\n");
        }
    }

    @Test
    void passesThoseOfAResponseToAClientOfHttp2() throws IOException {
        proxy.listen(ProxySettings.DEFAULTS, HttpLimits.DEFAULTS, tls::server);
        try (Http2Wire wire = Http2Wire.connect(proxy.port(), tls.client())) {
            wire.get(1, "/", "te", "trailers").flush();
            assertThat(wire.readStatus(1)).isEqualTo(200);
            Http2Wire.Frame frame = wire.read(1);
            while (frame.type() == Http2Wire.DATA) {
                frame = wire.read(1);
            }
            assertThat(frame.has(Http2Wire.END_STREAM)).isTrue();
            Http2Headers trailers = wire.headers(frame);
            assertThat(trailers.get("x-sum").toString()).isEqualTo("6");
        }
    }

    @Test
    void passesThoseOfARequestOfHttp2OnToTheServer() throws IOException {
        proxy.listen(ProxySettings.DEFAULTS, HttpLimits.DEFAULTS, tls::server);
        try (Http2Wire wire = Http2Wire.connect(proxy.port(), tls.client())) {
            wire.post(1, "/").data(1, 0, "abc");
            wire.frame(
                            Http2Wire.HEADERS,
                            Http2Wire.END_HEADERS | Http2Wire.END_STREAM,
                            1,
                            Http2Wire.block("x-sum", "6"))
                    .flush();
            assertThat(wire.readStatus(1)).isEqualTo(200);
        }
        assertThat(proxy.server(1).lastRequest().text()).isEqualTo("abc");
        assertThat(proxy.server(1).lastRequest().fields()).containsKey("trailer x-sum: 6");
    }

    @Test
    void dropsThoseOfARequestOfHttp2ThatLookLikeForwardingFields() throws IOException {
        proxy.listen(ProxySettings.DEFAULTS, HttpLimits.DEFAULTS, tls::server);
        try (Http2Wire wire = Http2Wire.connect(proxy.port(), tls.client())) {
            wire.post(1, "/").data(1, 0, "abc");
            wire.frame(
                            Http2Wire.HEADERS,
                            Http2Wire.END_HEADERS | Http2Wire.END_STREAM,
                            1,
                            Http2Wire.block("x_forwarded_for", "1.2.3.4", "x-forwarded-prefix", "/x", "x-sum", "6"))
                    .flush();
            assertThat(wire.readStatus(1)).isEqualTo(200);
        }
        assertThat(proxy.server(1).lastRequest().fields().keySet())
                .filteredOn(name -> name.startsWith("trailer "))
                .containsExactly("trailer x-sum: 6");
    }

    @Test
    void dropsThoseOfAResponseThatBelongToTheServersConnection() throws IOException {
        proxy.server(1)
                .answer((request, wire) -> wire.send(ANSWER.replace("200 OK", "200 OK\r\nConnection: X-Hop, ETag")
                        .replace("X-Sum: 6", "X-Hop: secret\r\nETag: 1\r\nX-Sum: 6")));
        proxy.listen();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: TE, close\r\n\r\n");
            assertThat(new String(wire.readBytes(10_000), StandardCharsets.US_ASCII))
                    .endsWith("0\r\nETag: 1\r\nX-Sum: 6\r\n\r\n");
        }
    }

    /** What a server says is for its clients to believe or not. */
    @Test
    void passesThoseOfAResponseThatLookLikeForwardingFields() throws IOException {
        proxy.server(1)
                .answer((request, wire) -> wire.send(ANSWER.replace("X-Sum: 6", "X_Sum: 6\r\nX-Forwarded-Prefix: /x")));
        proxy.listen();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: TE, close\r\n\r\n");
            assertThat(new String(wire.readBytes(10_000), StandardCharsets.US_ASCII))
                    .endsWith("0\r\nX_Sum: 6\r\nX-Forwarded-Prefix: /x\r\n\r\n");
        }
    }
}
