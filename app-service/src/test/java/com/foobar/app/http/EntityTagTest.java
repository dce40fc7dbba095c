package com.foobar.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntityTagTest {
    @Test
    void isTheSameForTheSameBytesOnly() {
        assertThat(EntityTag.of(Buffer.buffer("a")))
                .matches("W/\"[A-Za-z0-9_-]{22}\"")
                .isEqualTo(EntityTag.of(Buffer.buffer("a")))
                .isNotEqualTo(EntityTag.of(Buffer.buffer("b")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "W/\"a\"|true",
                "\"a\"|true",
                "\"b\", W/\"a\"|true",
                "  W/\"a\"  |true",
                "*|true",
                "\"b\"|false",
                "a|false",
                "\"|false",
                ",|false",
                "W/|false",
                "\"A\"|false",
            })
    void isComparedAsRfc9110Says(String ifNoneMatch, boolean matches) {
        assertThat(EntityTag.matches(ifNoneMatch, "W/\"a\"")).isEqualTo(matches);
    }

    @Test
    void matchesNothingWithoutCondition() {
        assertThat(EntityTag.matches(null, "W/\"a\"")).isFalse();
    }
}
