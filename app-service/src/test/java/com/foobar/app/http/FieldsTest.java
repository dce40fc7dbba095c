package com.foobar.app.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class FieldsTest {
    @Test
    void tellsEveryProblemInTheOrderOfTheQuestions() {
        Fields fields = fields("{\"a\":\"  \",\"b\":7,\"c\":\"too long\",\"d\":\"two\\nlines\"}");
        fields.line("a", 9);
        fields.text("b", 9);
        fields.text("c", 3);
        fields.line("d", 9);
        fields.text("e", 9);
        assertThatThrownBy(fields::check).isInstanceOfSatisfying(ApiError.class, error -> assertThat(
                        error.body().encode())
                .isEqualTo("{\"errors\":{\"a\":[\"can't be blank\"],\"b\":[\"must be a text\"],"
                        + "\"c\":[\"is too long (maximum is 3 characters)\"],"
                        + "\"d\":[\"must not contain control characters\"],\"e\":[\"can't be blank\"]}}"));
    }

    @Test
    void countsCharactersRatherThanUnits() {
        Fields fields = fields("{\"a\":\"😀😀😀\"}");
        assertThat(fields.text("a", 3)).isEqualTo("😀😀😀");
        assertThatCode(fields::check).doesNotThrowAnyException();
    }

    @Test
    void tellsAbsentFromNull() {
        Fields fields = fields("{\"a\":null,\"b\":\"\"}");
        assertThat(fields.optionalText("c", 9)).isNull();
        assertThat(fields.nullableText("a", 9)).isNull();
        assertThat(fields.nullableText("b", 9)).isNull();
        assertThatCode(fields::check).doesNotThrowAnyException();
        fields.optionalText("a", 9);
        fields.optionalText("b", 9);
        assertThat(fields.isGood("a")).isFalse();
        assertThat(fields.isGood("b")).isFalse();
    }

    @Test
    void sortsTagsAndKeepsEachOnce() {
        assertThat(fields("{\"tags\":[\"b\",\" a \",\"b\"]}").tags("tags", 2, 9))
                .containsExactly("a", "b");
        assertThat(fields("{}").tags("tags", 2, 9)).isNull();
    }

    private static Fields fields(String object) {
        return new Fields(new JsonObject().put("thing", new JsonObject(object)), "thing");
    }
}
