package com.foobar.http.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.MalformedMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkedDecoderTest {
    private final ChunkedDecoder decoder = new ChunkedDecoder();
    private final StringBuilder decoded = new StringBuilder();

    /** Returns what the decoder left. */
    private String decode(String text) throws MalformedMessage {
        ByteBuf in = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
        for (ByteBuf piece = decoder.next(in); piece != null; piece = decoder.next(in)) {
            decoded.append(piece.toString(StandardCharsets.ISO_8859_1));
            piece.release();
        }
        String rest = in.toString(StandardCharsets.ISO_8859_1);
        in.release();
        return rest;
    }

    private static String unescape(String text) {
        return text.replace("|", "\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0||, ''",
        "1|a|0||, a",
        "01|a|0||, a",
        "0000000000000001|a|0||, a",
        "f|abcdefghijklmno|0||, abcdefghijklmno",
        "F|abcdefghijklmno|0||, abcdefghijklmno",
        "10|abcdefghijklmnop|0||, abcdefghijklmnop",
        "1|a|2|bc|3|def|0||, abcdef",
        "1;x|a|0;y=z||, a",
        "1;x=\"a;b\"|a|0||, a",
        "1|a|000||, a",
        "1|a|0|X: y||, a"
    })
    void decodesWholeAndByteByByte(String encoded, String expected) throws MalformedMessage {
        assertThat(decode(unescape(encoded) + "next")).isEqualTo("next");
        assertThat(decoder.ended()).isTrue();
        assertThat(decoded).hasToString(expected);
        decoder.reset();
        decoded.setLength(0);
        for (char c : unescape(encoded).toCharArray()) {
            assertThat(decoder.ended()).isFalse();
            decode(String.valueOf(c));
        }
        assertThat(decoder.ended()).isTrue();
        assertThat(decoded).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "|",
                "g|",
                " 1|a|",
                "1 |a|",
                "1\n",
                "1\r\r\n",
                "1|ab|",
                "1|a\n",
                "1|a\rx",
                "+1|a|",
                "0x1|a|",
                "1,|a|",
                "1;\u0001|a|",
                "1;\n|a|",
                "00000000000000001|a|",
                "8000000000000000|a|",
                "ffffffffffffffff|a|",
                "0|X|",
                "0|X : y||",
                "0| X: y||",
                "0|X: \u0000||",
                "0|X: y\n\n"
            })
    void refuses(String encoded) {
        assertThatThrownBy(() -> decode(unescape(encoded) + "\r\n\r\n")).isInstanceOf(MalformedMessage.class);
    }

    @Test
    void acceptsTheLargestSize() throws MalformedMessage {
        decode("7fffffffffffffff\r\nabc");
        assertThat(decoded).hasToString("abc");
        assertThat(decoder.ended()).isFalse();
    }

    @Test
    void boundsTheExtensionsOfAllChunksTogether() {
        assertThatThrownBy(() -> {
                    while (true) {
                        decode("1;" + "x".repeat(200) + "\r\na\r\n");
                    }
                })
                .isInstanceOf(MalformedMessage.class);
        assertThat(decoded.length()).isBetween(50, 100);
    }

    @Test
    void dropsTrailersThatFrameRouteOrAuthenticate() throws MalformedMessage {
        decode(
                "0\r\nX-Sum: 1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nHost: evil\r\nAuthorization: x\r\n\r\n");
        assertThat(decoder.trailers().size()).isEqualTo(1);
        assertThat(decoder.trailers().get("x-sum")).isEqualTo("1");
        assertThat(decoder.trailers().has(FieldName.HOST)).isFalse();
    }
}
