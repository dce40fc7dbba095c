package com.foobar.http.http2;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.http1.HeadWriter;
import com.foobar.http.http1.RequestHeadParser;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.MalformedMessage;
import com.foobar.http.message.Method;
import com.foobar.http.message.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;

/** A header list that passes is the same request when it is written as HTTP/1.1, and one request only. */
class HeadersReaderFuzzTest {
    private static final String[] NAMES = {
        ":method", ":scheme", ":path", ":authority", "host", "cookie", "te", "expect", "content-length", "x"
    };

    @FuzzTest(maxDuration = "15s")
    void headers(FuzzedDataProvider data) {
        Http2Headers headers = new DefaultHttp2Headers(false);
        if (data.consumeBoolean()) {
            headers.method("GET").scheme("https").path("/").authority("a");
        }
        boolean endStream = data.consumeBoolean();
        while (data.remainingBytes() > 0) {
            String name = data.consumeBoolean() ? data.pickValue(NAMES) : data.consumeString(12);
            headers.add(name, data.consumeString(40));
        }
        RequestHead head = new RequestHead();
        try {
            HeadersReader.read(headers, endStream, HttpLimits.DEFAULTS, head);
        } catch (MalformedMessage refused) {
            return;
        }
        if (head.method().equals(Method.CONNECT)) {
            // Answered without being forwarded.
            return;
        }
        ByteBuf out = Unpooled.buffer();
        HeadWriter.get().request(out, head, head.bodyLength());
        RequestHeadParser parser = new RequestHeadParser(64 * 1024, 16 * 1024, 1000);
        try {
            assertThat(parser.parse(out)).isTrue();
        } catch (MalformedMessage e) {
            throw new AssertionError(e.detail() + " in " + head + "\n" + head.fields(), e);
        }
        assertThat(out.isReadable()).as("another request behind").isFalse();
        RequestHead again = parser.head();
        assertThat(again.method()).isEqualTo(head.method());
        assertThat(again.target()).isEqualTo(head.target());
        assertThat(again.authority()).isEqualTo(head.authority());
        assertThat(again.bodyLength()).isEqualTo(head.bodyLength());
        assertThat(again.fields().all(FieldName.HOST)).hasSize(1);
        assertThat(again.fields().all(FieldName.COOKIE)).isEqualTo(head.fields().all(FieldName.COOKIE));
    }
}
