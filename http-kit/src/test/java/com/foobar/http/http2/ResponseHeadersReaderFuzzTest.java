package com.foobar.http.http2;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.foobar.http.http1.HeadWriter;
import com.foobar.http.http1.HeadWriter.Connection;
import com.foobar.http.http1.ResponseHeadParser;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.MalformedMessage;
import com.foobar.http.message.Method;
import com.foobar.http.message.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;

/** A server's header list that passes is the same response when it is written as HTTP/1.1, and one response only. */
class ResponseHeadersReaderFuzzTest {
    private static final String[] NAMES = {":status", "content-length", "set-cookie", "te", "connection", "x"};
    private static final String[] STATUSES = {"200", "204", "304", "404", "999", "103"};

    @FuzzTest(maxDuration = "15s")
    void headers(FuzzedDataProvider data) {
        Http2Headers headers = new DefaultHttp2Headers(false);
        if (data.consumeBoolean()) {
            headers.status(data.pickValue(STATUSES));
        }
        while (data.remainingBytes() > 0) {
            String name = data.consumeBoolean() ? data.pickValue(NAMES) : data.consumeString(12);
            headers.add(name, data.consumeString(40));
        }
        ResponseHead head;
        try {
            head = ResponseHeadersReader.read(headers);
        } catch (MalformedMessage refused) {
            return;
        }
        boolean withBody = head.hasBody(Method.GET);
        ByteBuf out = Unpooled.buffer();
        HeadWriter.get().response(out, head, withBody && head.contentLength() < 0, withBody, Connection.PERSISTENT);
        ResponseHeadParser parser = new ResponseHeadParser(64 * 1024, 1000);
        try {
            assertThat(parser.parse(out, Method.GET)).isTrue();
        } catch (MalformedMessage e) {
            throw new AssertionError(e.detail() + " in " + head + "\n" + head.fields(), e);
        }
        assertThat(out.isReadable()).as("another response behind").isFalse();
        ResponseHead again = parser.head();
        assertThat(again.status()).isEqualTo(head.status());
        if (withBody) {
            assertThat(again.contentLength()).isEqualTo(head.contentLength());
        }
        assertThat(again.fields().all(FieldName.SET_COOKIE))
                .isEqualTo(head.fields().all(FieldName.SET_COOKIE));
    }
}
