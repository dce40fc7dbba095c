package com.foobar.http.http1;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.foobar.http.message.MalformedMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** However a chunked body is cut, the same bytes and trailers come out of it, the same bytes are left behind its end, and it is refused or not. */
class ChunkedFuzzTest {
    @FuzzTest(maxDuration = "15s")
    void chunked(byte[] bytes) {
        String whole = decode(bytes, bytes.length);
        assertThat(decode(bytes, 1)).isEqualTo(whole);
        assertThat(decode(bytes, 5)).isEqualTo(whole);
    }

    private static String decode(byte[] bytes, int cut) {
        ChunkedDecoder decoder = new ChunkedDecoder();
        StringBuilder body = new StringBuilder();
        ByteBuf in = Unpooled.buffer();
        try {
            for (int at = 0; at < bytes.length; at += cut) {
                in.writeBytes(bytes, at, Math.min(cut, bytes.length - at));
                for (ByteBuf data = decoder.next(in); data != null; data = decoder.next(in)) {
                    body.append(data.toString(StandardCharsets.ISO_8859_1));
                    data.release();
                }
                if (decoder.ended()) {
                    int rest = in.readableBytes() + Math.max(0, bytes.length - at - cut);
                    return body + "|" + decoder.trailers() + "|" + rest;
                }
                assertThat(in.isReadable()).isFalse();
            }
        } catch (MalformedMessage refused) {
            return "refused";
        } finally {
            assertThat(in.refCnt()).isEqualTo(1);
        }
        return body + "|more";
    }
}
