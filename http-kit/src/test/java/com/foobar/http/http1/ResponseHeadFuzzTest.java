package com.foobar.http.http1;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.foobar.http.message.MalformedMessage;
import com.foobar.http.message.Method;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Whatever a server answers, and however it is cut, is one response head or refused. */
class ResponseHeadFuzzTest {
    @FuzzTest(maxDuration = "15s")
    void responseHead(byte[] bytes) {
        String whole = parse(bytes, bytes.length);
        assertThat(parse(bytes, 1)).isEqualTo(whole);
    }

    private static String parse(byte[] bytes, int cut) {
        ResponseHeadParser parser = new ResponseHeadParser(2048, 20);
        ByteBuf in = Unpooled.buffer();
        try {
            for (int at = 0; at < bytes.length; at += cut) {
                in.writeBytes(bytes, at, Math.min(cut, bytes.length - at));
                if (parser.parse(in, Method.GET)) {
                    assertThat(parser.head().status()).isBetween(100, 999);
                    assertThat(parser.keepAliveSeconds()).isGreaterThanOrEqualTo(-1);
                    String fields = parser.head().fields().toString();
                    assertThat(fields).doesNotContain("\r", "\0");
                    return parser.head().status() + " " + parser.framing() + " "
                            + parser.head().contentLength() + " " + fields;
                }
            }
        } catch (MalformedMessage refused) {
            return "refused";
        }
        return "more";
    }
}
