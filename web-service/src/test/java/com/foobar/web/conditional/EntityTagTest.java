package com.foobar.web.conditional;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntityTagTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                // list                   | strong | weak comparison, with "x" and with W/"x"
                "\"x\"                    | true  | true",
                "W/\"x\"                  | false | true",
                "*                        | true  | true",
                "\"y\"                    | false | false",
                "\"y\", \"x\"             | true  | true",
                "\"y\",W/\"x\"            | false | true",
                "\"y\" , , \"x\"          | true  | true",
                "\"a,b\", \"x\"           | true  | true",
                "\"a, \"\"x\"             | true  | true",
                "x                        | false | false",
                "\"x                      | false | false",
                "w/\"x\"                  | false | false",
                "\"X\"                    | false | false",
                "\"\"                     | false | false",
                "\"y\" garbage, \"x\"     | false | false",
            })
    void findsItselfInALine(String list, boolean strong, boolean weak) {
        EntityTag tag = EntityTag.strong("x");
        assertThat(tag.isNamedIn(list, true)).isEqualTo(strong);
        assertThat(tag.isNamedIn(list, false)).isEqualTo(weak);
    }

    @Test
    void neverEqualsStronglyWhenWeak() {
        EntityTag tag = EntityTag.weak("x");
        assertThat(tag.isNamedIn("\"x\"", true)).isFalse();
        assertThat(tag.isNamedIn("W/\"x\"", true)).isFalse();
        assertThat(tag.isNamedIn("W/\"x\"", false)).isTrue();
        assertThat(tag.isNamedIn("\"x\"", false)).isTrue();
    }

    @Test
    void isWrittenAsItIsRead() {
        assertThat(EntityTag.parse("\"a-b\"")).isEqualTo(EntityTag.strong("a-b"));
        assertThat(EntityTag.parse(" W/\"a\" ")).isEqualTo(EntityTag.weak("a"));
        assertThat(EntityTag.parse("\"a\", \"b\"")).isNull();
        assertThat(EntityTag.parse("*")).isNull();
        assertThat(EntityTag.strong("a").header()).isEqualTo("\"a\"");
        assertThat(EntityTag.weak("a").header()).isEqualTo("W/\"a\"");
    }
}
