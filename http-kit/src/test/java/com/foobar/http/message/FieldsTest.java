package com.foobar.http.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class FieldsTest {
    private final Fields fields = new Fields();

    @Test
    void findsKnownNamesInAnyCase() {
        fields.add("cOnTeNt-TyPe", "text/plain").add("X-Own", "1");
        assertThat(fields.has(FieldName.CONTENT_TYPE)).isTrue();
        assertThat(fields.get(FieldName.CONTENT_TYPE)).isEqualTo("text/plain");
        assertThat(fields.get("x-oWn")).isEqualTo("1");
        assertThat(fields.get("content-type")).isEqualTo("text/plain");
        assertThat(fields.has(FieldName.HOST)).isFalse();
        assertThat(fields.known(1)).isNull();
    }

    @Test
    void recognisesEveryKnownName() {
        List<FieldName> names = Arrays.stream(FieldName.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()))
                .map(field -> {
                    try {
                        return (FieldName) field.get(null);
                    } catch (IllegalAccessException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
        assertThat(names).hasSizeGreaterThan(40).hasSizeLessThan(FieldName.MAX_ID);
        for (FieldName name : names) {
            for (String text :
                    List.of(name.text(), name.lowerCase(), name.text().toUpperCase(Locale.ROOT))) {
                byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
                assertThat(FieldName.find(bytes, 0, bytes.length)).isSameAs(name);
            }
            byte[] longer = (name.text() + "x").getBytes(StandardCharsets.US_ASCII);
            assertThat(FieldName.find(longer, 0, longer.length)).isNull();
        }
    }

    @Test
    void keepsOrderAndSlotsWhileFieldsAreRemoved() {
        fields.add("A", "1").add(FieldName.VIA, "2").add("B", "3").add(FieldName.VIA, "4");
        fields.remove(FieldName.VIA);
        assertThat(fields.size()).isEqualTo(2);
        assertThat(fields.slots()).isEqualTo(4);
        assertThat(fields.isRemoved(1)).isTrue();
        assertThat(fields.has(FieldName.VIA)).isFalse();
        assertThat(fields).hasToString("A: 1\nB: 3\n");
    }

    @Test
    void removesByTextToo() {
        fields.add("X-Own", "1").add("x-own", "2").add("Via", "3");
        fields.remove("x-own");
        fields.remove("via");
        assertThat(fields.isEmpty()).isTrue();
        assertThat(fields.has(FieldName.VIA)).isFalse();
    }

    @Test
    void setReplacesAll() {
        fields.add(FieldName.VARY, "a").add(FieldName.VARY, "b").set(FieldName.VARY, "c");
        assertThat(fields.all(FieldName.VARY)).containsExactly("c");
    }

    @Test
    void joinsSeveralValues() {
        assertThat(fields.joined(FieldName.VARY)).isNull();
        fields.add(FieldName.VARY, "a").add(FieldName.VARY, "b");
        assertThat(fields.joined(FieldName.VARY)).isEqualTo("a, b");
    }

    @Test
    void growsWithItsFields() {
        for (int i = 0; i < 300; i++) {
            fields.add("Name-" + i, "v".repeat(100) + i);
        }
        assertThat(fields.size()).isEqualTo(300);
        assertThat(fields.get("name-299")).endsWith("v299");
        assertThat(fields.get("name-0")).endsWith("v0");
    }

    @Test
    void hidesCredentials() {
        fields.add(FieldName.AUTHORIZATION, "Bearer secret")
                .add(FieldName.COOKIE, "secret")
                .add(FieldName.SET_COOKIE, "secret");
        assertThat(fields.toString()).doesNotContain("secret");
    }

    @Test
    void startsAnewAfterClear() {
        fields.add(FieldName.HOST, "a");
        fields.clear();
        assertThat(fields.isEmpty()).isTrue();
        assertThat(fields.has(FieldName.HOST)).isFalse();
        assertThat(fields.add(FieldName.HOST, "b").get(FieldName.HOST)).isEqualTo("b");
    }

    @Test
    void isCopiedWithEverythingAndWithoutTies() {
        Fields fields = new Fields().add(FieldName.HOST, "a").add("X-One", "1").add(FieldName.VIA, "b");
        fields.remove(FieldName.HOST);

        Fields copy = fields.copy().add("X-Two", "2".repeat(1000)).set(FieldName.VIA, "c");

        assertThat(copy.get(FieldName.VIA)).isEqualTo("c");
        assertThat(copy.get("X-One")).isEqualTo("1");
        assertThat(copy.get("X-Two")).hasSize(1000);
        assertThat(copy.get(FieldName.HOST)).isNull();
        assertThat(fields.get(FieldName.VIA)).isEqualTo("b");
        assertThat(fields.get("X-Two")).isNull();
    }
}
