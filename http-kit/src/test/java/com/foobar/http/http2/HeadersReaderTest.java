package com.foobar.http.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.MalformedMessage;
import com.foobar.http.message.RequestHead;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an HTTP/2 header list must not smuggle into HTTP/1.1. */
class HeadersReaderTest {
    private final RequestHead head = new RequestHead();

    /** Names and values in turn, not validated by Netty. */
    private static Http2Headers headers(String... pairs) {
        Http2Headers headers = new DefaultHttp2Headers(false);
        for (int i = 0; i < pairs.length; i += 2) {
            headers.add(pairs[i], pairs[i + 1]);
        }
        return headers;
    }

    private static Http2Headers get(String... pairs) {
        Http2Headers headers = headers(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/");
        return headers.add(headers(pairs));
    }

    private void read(Http2Headers headers) throws MalformedMessage {
        HeadersReader.read(headers, true, HttpLimits.DEFAULTS, head);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(400, headers(":scheme", "https", ":authority", "a", ":path", "/")),
                Arguments.of(400, headers(":method", "G T", ":scheme", "https", ":authority", "a", ":path", "/")),
                Arguments.of(400, headers(":method", "GET", ":authority", "a", ":path", "/")),
                Arguments.of(400, headers(":method", "GET", ":scheme", "https", ":authority", "a")),
                Arguments.of(400, headers(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "")),
                Arguments.of(400, headers(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "x")),
                Arguments.of(400, headers(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "*")),
                Arguments.of(
                        400, headers(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/ HTTP/1.1")),
                Arguments.of(
                        400, headers(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/\r\nX: y")),
                Arguments.of(400, headers(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/#x")),
                Arguments.of(400, headers(":method", "GET", ":scheme", "https", ":path", "/")),
                Arguments.of(400, headers(":method", "GET", ":scheme", "https", ":authority", "a@b", ":path", "/")),
                Arguments.of(400, headers(":method", "GET", ":scheme", "https", ":authority", "a\r\nb", ":path", "/")),
                Arguments.of(400, get("host", "b")),
                Arguments.of(400, get("host", "a", "host", "a")),
                Arguments.of(400, get("connection", "close")),
                Arguments.of(400, get("transfer-encoding", "chunked")),
                Arguments.of(400, get("keep-alive", "timeout=5")),
                Arguments.of(400, get("proxy-connection", "close")),
                Arguments.of(400, get("upgrade", "websocket")),
                Arguments.of(400, get("te", "gzip")),
                Arguments.of(400, get("X-Upper", "y")),
                Arguments.of(400, get("x y", "z")),
                Arguments.of(400, get("x:", "z")),
                Arguments.of(400, get("", "z")),
                Arguments.of(400, get("x", "a\nb")),
                Arguments.of(400, get("x", "a\0b")),
                Arguments.of(400, get("x", " a")),
                Arguments.of(400, get("x", "a\t")),
                Arguments.of(417, get("expect", "miracles")),
                Arguments.of(
                        414,
                        headers(
                                ":method",
                                "GET",
                                ":scheme",
                                "https",
                                ":authority",
                                "a",
                                ":path",
                                "/" + "x".repeat(8192))));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refuses(int status, Http2Headers headers) {
        assertThatThrownBy(() -> read(headers))
                .isInstanceOfSatisfying(
                        MalformedMessage.class, e -> assertThat(e.status()).isEqualTo(status));
    }

    @Test
    void refusesTooManyFields() {
        Http2Headers headers = get();
        for (int i = 0; i < 101; i++) {
            headers.add("x-" + i, "y");
        }
        assertThatThrownBy(() -> read(headers))
                .isInstanceOfSatisfying(
                        MalformedMessage.class, e -> assertThat(e.status()).isEqualTo(431));
    }

    @Test
    void takesCookiesInPiecesForOneField() throws MalformedMessage {
        Http2Headers headers = get();
        for (int i = 0; i < 98; i++) {
            headers.add("x-" + i, "y");
            headers.add("cookie", "a" + i + "=b");
        }
        read(headers);
        assertThat(head.fields().all(FieldName.COOKIE))
                .singleElement()
                .asString()
                .startsWith("a0=b; a1=b;")
                .endsWith("a97=b");
    }

    @Test
    void makesAHeadThatHttp11CanHave() throws MalformedMessage {
        read(get("accept", "*/*", "cookie", "a=1", "te", "trailers", "cookie", "", "cookie", "b=2", "cookie", ""));
        assertThat(head.target()).isEqualTo("/");
        assertThat(head.authority()).isEqualTo("a");
        assertThat(head.fields().all(FieldName.HOST)).containsExactly("a");
        assertThat(head.fields().all(FieldName.COOKIE)).containsExactly("a=1; b=2");
        assertThat(head.bodyLength()).isZero();
    }

    @Test
    void takesTheHostWhereThereIsNoAuthority() throws MalformedMessage {
        read(headers(":method", "GET", ":scheme", "https", ":path", "/", "host", "b:8443"));
        assertThat(head.fields().all(FieldName.HOST)).containsExactly("b:8443");
    }

    @Test
    void tellsTheBodysLength() throws MalformedMessage {
        HeadersReader.read(get("content-length", "12"), false, HttpLimits.DEFAULTS, head);
        assertThat(head.bodyLength()).isEqualTo(12);
        head.clear();
        HeadersReader.read(get(), false, HttpLimits.DEFAULTS, head);
        assertThat(head.bodyLength()).isEqualTo(RequestHead.UNKNOWN_LENGTH);
    }
}
