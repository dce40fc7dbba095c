package com.foobar.app.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.kit.settings.ByteSize;
import io.vertx.core.buffer.Buffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyParserTest {
    private final BodyParser bodies = new BodyParser(ByteSize.parse("1KiB"), 4);

    @Test
    void readsAnObject() {
        assertThat(bodies.parse(Buffer.buffer("{\"a\":{\"b\":[1,\"ü\",null]}}")).encode())
                .isEqualTo("{\"a\":{\"b\":[1,\"ü\",null]}}");
        assertThat(bodies.parse(Buffer.buffer())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "}",
                "[1]",
                "7",
                "null",
                "\"text\"",
                "{\"a\":1}{",
                "{\"a\":1,}",
                "{\"a\":1,\"a\":2}",
                "{a:1}",
                "NaN",
                "{\"a\":\"\u0001\"}",
                "{\"a\":\"\\ud8\"}",
                "{\"a\":1e}",
                "{\"a\":",
                "{\"a\":[",
                "{\"a\":[1,",
                "{\"a\":11111111111111111111111111111111111111111111111111111111111111111111}"
            })
    void refusesWhatIsNoObject(String text) {
        assertThatThrownBy(() -> bodies.parse(Buffer.buffer(text)))
                .isInstanceOfSatisfying(
                        ApiError.class, error -> assertThat(error.status()).isEqualTo(400))
                .hasMessageNotContainingAny("jackson", "Exception", "Source");
    }

    /** Half of a character, zero in two bytes, a surrogate in three, five bytes for one, one above the highest. */
    @ParameterizedTest
    @ValueSource(strings = {"c328", "c080", "eda080", "f888808080", "f4908080", "e2", "ff"})
    void refusesBytesThatAreNoText(String bytes) {
        Buffer body = Buffer.buffer("{\"a\":\"")
                .appendBytes(HexFormat.of().parseHex(bytes))
                .appendString("\"}");
        assertThatThrownBy(() -> bodies.parse(body))
                .isInstanceOfSatisfying(
                        ApiError.class, error -> assertThat(error.status()).isEqualTo(400))
                .hasMessageContaining("is not valid UTF-8");
    }

    @Test
    void readsUtf8Only() {
        Buffer marked = Buffer.buffer("\ufeff{\"a\":1}");
        assertThat(bodies.parse(marked).encode()).isEqualTo("{\"a\":1}");
        assertThatThrownBy(() -> bodies.parse(Buffer.buffer("{\"a\":1}", "UTF-16")))
                .isInstanceOf(ApiError.class);
        assertThatThrownBy(() -> bodies.parse(Buffer.buffer("{\"a\":1}", "UTF-16LE")))
                .isInstanceOf(ApiError.class);
    }

    @Test
    void bringsDepthToAnEnd() {
        assertThat(bodies.parse(Buffer.buffer("{\"a\":{\"b\":{\"c\":{}}}}"))).isNotEmpty();
        assertThatThrownBy(() -> bodies.parse(Buffer.buffer("{\"a\":{\"b\":{\"c\":{\"d\":{}}}}}")))
                .hasMessageContaining("nested too deeply");
    }

    @Test
    void bringsTheNumberOfValuesToAnEnd() {
        assertThat(bodies.parse(Buffer.buffer("{\"a\":[" + "{},".repeat(4_000) + "{}]}")))
                .isNotEmpty();
        assertThatThrownBy(() -> bodies.parse(Buffer.buffer("{\"a\":[" + "{},".repeat(6_000) + "{}]}")))
                .hasMessageContaining("too many values");
    }
}
