package com.foobar.web.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CacheControlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "max-age=60                       | 60",
                "MAX-AGE=60, public               | 60",
                "public , max-age=\"60\"          | 60",
                "max-age=0060                     | 60",
                "max-age=60, max-age=60           | 60",
                "max-age=60, max-age=61           | 0",
                "max-age=-1                       | 0",
                "max-age=6x                       | 0",
                "max-age='60'                     | 0",
                "max-age= 60                      | 0",
                "max-age=6.0                      | 0",
                "max-age                          | 0",
                "max-age=2147483649               | 2147483648",
                "max-age=99999999999999999999     | 2147483648",
                "x=\"max-age=60\"                 | -1",
                "x=\"a\\\", max-age=60\"          | -1",
                "max-age =60                      | -1",
                ",,                               | -1",
            })
    void readsSeconds(String field, long expected) {
        assertThat(CacheControl.parse(field).seconds("max-age")).isEqualTo(expected);
    }

    @Test
    void tellsFieldsOfADirectiveFromTheWholeResponse() {
        CacheControl some = CacheControl.parse("private=\"Set-Cookie, X-User\", no-cache=\"X-Count\"");
        assertThat(some.hasUnqualified("private")).isFalse();
        assertThat(some.qualifiedFields()).containsExactly("set-cookie", "x-count", "x-user");
        assertThat(CacheControl.parse("no-cache, no-cache=\"x\"").hasUnqualified("no-cache"))
                .isTrue();
        assertThat(CacheControl.parse(null).isEmpty()).isTrue();
    }

    @Test
    void readsTargetedFields() {
        CacheControl control = Objects.requireNonNull(
                TargetedCacheControl.parse("max-age=60, private;x=1, no-store=?0, a=\"b\\\"\", b=c"));
        assertThat(control.seconds("max-age")).isEqualTo(60);
        assertThat(control.has("private")).isTrue();
        assertThat(control.has("no-store")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "max-age=60,",
                "max-age=60, &&&",
                "Max-Age=60",
                "max-age=",
                "max-age=60 no-store",
                "a=\"b",
                "a=?2",
                "a=(1 2)",
                "a;",
                "max-age=\"60\"",
                "max-age=abc",
                "no-store=?0"
            })
    void ignoresTargetedFieldsThatAreMalformedOrSayNothing(String field) {
        assertThat(TargetedCacheControl.parse(field)).isNull();
    }
}
