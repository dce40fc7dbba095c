package com.foobar.http.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CookiesTest {
    /** The field, the value of the cookie {@code sid}, and what is left of the field without it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "sid=1                | 1    | -",
                "a=b; sid=1; c=d      | 1    | a=b; c=d",
                "a=b;sid=1            | 1    | a=b",
                "sid=1;c=d            | 1    | c=d",
                "sid=                 | ''   | -",
                "sid=a=b              | a=b  | -",
                "sid=1; sid=2; x=y    | 1    | x=y",
                "xsid=1; sidx=2       | -    | xsid=1; sidx=2",
                "SID=1                | -    | SID=1",
                "sid                  | -    | sid",
                "a=sid=1              | -    | a=sid=1",
                ";; ;sid=1;           | 1    | -",
            })
    void findsAndRemovesOneCookie(String field, String value, String left) {
        Fields fields = new Fields().add(FieldName.HOST, "a").add(FieldName.COOKIE, field);

        assertThat(Cookies.value(fields, "sid")).isEqualTo(value);
        Cookies.remove(fields, "sid");

        assertThat(fields.get(FieldName.COOKIE)).isEqualTo(left);
        assertThat(fields.get(FieldName.HOST)).isEqualTo("a");
    }

    @Test
    void looksIntoSeveralFields() {
        Fields fields = new Fields()
                .add(FieldName.COOKIE, "a=1")
                .add(FieldName.COOKIE, "sid=2")
                .add(FieldName.COOKIE, "b=3; sid=4");

        assertThat(Cookies.value(fields, "sid")).isEqualTo("2");
        Cookies.remove(fields, "sid");

        assertThat(fields.all(FieldName.COOKIE)).containsExactly("a=1", "b=3");
    }

    @Test
    void findsNoneWhereThereIsNoField() {
        Fields fields = new Fields().add(FieldName.HOST, "a");

        assertThat(Cookies.value(fields, "sid")).isNull();
        Cookies.remove(fields, "sid");
        assertThat(fields.size()).isEqualTo(1);
    }
}
