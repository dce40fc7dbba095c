package com.foobar.http.http1;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.MalformedMessage;
import com.foobar.http.message.Protocol;
import com.foobar.http.message.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Set;

/** Whatever arrives, and however it is cut, is one request head or refused; and what a server is sent of it is read as the same request again. */
class RequestHeadFuzzTest {
    private static final Set<FieldName> MADE_ANEW = Set.of(
            FieldName.CONTENT_LENGTH,
            FieldName.TRANSFER_ENCODING,
            FieldName.CONNECTION,
            FieldName.KEEP_ALIVE,
            FieldName.PROXY_CONNECTION,
            FieldName.UPGRADE);

    private static final int HEAD_LIMIT = 2048;

    @FuzzTest(maxDuration = "15s")
    void requestHead(byte[] bytes) {
        Outcome whole = parse(bytes, bytes.length);
        assertThat(parse(bytes, 1)).isEqualTo(whole);
        assertThat(parse(bytes, 7)).isEqualTo(whole);
    }

    /** @param text of the head, or why there is none */
    private record Outcome(String text, int rest) {}

    private static Outcome parse(byte[] bytes, int cut) {
        RequestHeadParser parser = new RequestHeadParser(HEAD_LIMIT, 1024, 20);
        ByteBuf in = Unpooled.buffer();
        int at = 0;
        try {
            while (at < bytes.length) {
                int count = Math.min(cut, bytes.length - at);
                in.writeBytes(bytes, at, count);
                at += count;
                if (parser.parse(in)) {
                    String text = describe(parser.head());
                    if (parser.head().protocol() == Protocol.HTTP_1_1) {
                        assertThat(again(parser.head())).isEqualTo(text);
                    }
                    return new Outcome(text, in.readableBytes() + bytes.length - at);
                }
                assertThat(in.isReadable()).isFalse();
            }
        } catch (MalformedMessage refused) {
            // Where several rules are broken, the first to be seen depends on what has arrived.
            return new Outcome("refused", 0);
        }
        return new Outcome("more", 0);
    }

    private static String again(RequestHead head) throws MalformedMessage {
        ByteBuf out = Unpooled.buffer();
        HeadWriter.get().request(out, head, head.bodyLength());
        RequestHeadParser parser = new RequestHeadParser(2 * HEAD_LIMIT, 1024, 25);
        assertThat(parser.parse(out)).isTrue();
        assertThat(out.isReadable()).isFalse();
        return describe(parser.head());
    }

    private static String describe(RequestHead head) {
        StringBuilder text = new StringBuilder();
        text.append(head.method()).append(' ').append(head.target()).append(' ').append(head.bodyLength());
        Fields fields = head.fields();
        for (int slot = 0; slot < fields.slots(); slot++) {
            FieldName known = fields.known(slot);
            if (known == null || !MADE_ANEW.contains(known)) {
                text.append('|').append(fields.name(slot)).append(": ").append(fields.value(slot));
            }
        }
        assertThat(text).doesNotContain("\r", "\n", "\0");
        return text.toString();
    }
}
