package com.foobar.dbrouter.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GtidSetTest {

    private static final String A = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    private static final String B = "4e11fa47-71ca-11e1-9e33-c80aa9429562";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "A:1-5 | A:1-5 | true",
                "A:1-5 | A:5 | true",
                "A:1-5 | A:1-6 | false",
                "A:2-5 | A:1 | false",
                "A:1-5:7-9 | A:6 | false",
                "A:1-5:7-9 | A:5-7 | false",
                "A:1-5:7-9 | A:1:3:8-9 | true",
                "A:1-5:6-9 | A:4-8 | true",
                "A:7-9:1-5 | A:1-5 | true",
                "A:1-5 | B:1 | false",
                "A:1-5,B:1-2 | B:2 | true",
                "A:1-5 | '' | true",
                "'' | A:1 | false",
                "A:tag:1-5 | A:1 | false",
                "A:1-3:tag:1-5 | A:tag:5 | true",
                "A:1-9223372036854775806 | A:9223372036854775806 | true"
            })
    void coversItsSubsets(String reached, String wanted, boolean covers) {
        assertThat(set(reached).covers(set(wanted))).isEqualTo(covers);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "A:1-5 | A:6-9 | A:1-9",
                "A:1-5 | A:7-9 | A:1-5:7-9",
                "A:1-5 | A:3-9 | A:1-9",
                "A:1-9 | A:3 | A:1-9",
                "A:1:3:5 | A:2:4 | A:1-5",
                "A:1 | B:1 | A:1,B:1",
                "'' | A:1 | A:1",
                "A:1:tag:2 | A:tag:3 | A:1,A:tag:2-3"
            })
    void mergesAndJoinsIntervals(String one, String other, String merged) {
        assertThat(set(one).merge(set(other)).text()).isEqualTo(expand(merged));
        assertThat(set(other).merge(set(one))).isEqualTo(set(merged));
    }

    @Test
    void readsWhatServersWriteOverSeveralLines() {
        assertThat(GtidSet.parse(A.toUpperCase(Locale.ROOT) + ":1-5:7,\n" + B + ":1")
                        .text())
                .isEqualTo(A + ":1-5:7," + B + ":1");
    }

    @Test
    void agreesWithBitSets() {
        Random random = new Random(11);
        for (int round = 0; round < 2_000; round++) {
            BitSet one = numbers(random);
            BitSet other = numbers(random);
            BitSet both = (BitSet) one.clone();
            both.or(other);
            BitSet missing = (BitSet) other.clone();
            missing.andNot(one);

            assertThat(set(one).covers(set(other))).isEqualTo(missing.isEmpty());
            assertThat(set(one).merge(set(other))).isEqualTo(set(both));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A",
                "A:",
                "A:0",
                "A:5-4",
                "A:1-",
                "A:-1",
                "A:1-2-3",
                "A:1,",
                "x:1",
                "A:1:!",
                "A:9223372036854775807"
            })
    void refusesWhatIsNoSet(String text) {
        assertThatThrownBy(() -> set(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: ");
    }

    private static BitSet numbers(Random random) {
        BitSet numbers = new BitSet();
        for (int i = random.nextInt(12); i > 0; i--) {
            int first = 1 + random.nextInt(30);
            numbers.set(first, first + 1 + random.nextInt(5));
        }
        return numbers;
    }

    private static GtidSet set(BitSet numbers) {
        StringBuilder text = new StringBuilder();
        numbers.stream().forEach(number -> text.append(':').append(number));
        return GtidSet.parse(text.length() == 0 ? "" : A + text);
    }

    private static GtidSet set(String text) {
        return GtidSet.parse(expand(text));
    }

    private static String expand(String text) {
        return text.replace("A", A).replace("B", B);
    }
}
