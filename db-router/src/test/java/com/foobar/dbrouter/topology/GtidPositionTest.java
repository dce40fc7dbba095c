package com.foobar.dbrouter.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GtidPositionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "0-1-5 | 0-1-5 | true",
                "0-1-5 | 0-1-4 | true",
                "0-1-5 | 0-1-6 | false",
                "0-2-5 | 0-1-5 | true",
                "0-2-6 | 0-1-5 | true",
                "0-1-5 | '' | true",
                "'' | '' | true",
                "'' | 0-1-1 | false",
                "0-1-5 | 1-1-1 | false",
                "0-1-5,1-1-1 | 1-1-1 | true",
                "0-1-5,1-1-1 | 0-1-5,1-1-2 | false",
                "1-1-9,0-1-5 | 0-1-5,1-1-9 | true",
                "0-1-18446744073709551615 | 0-1-9223372036854775807 | true",
                "0-1-9223372036854775807 | 0-1-9223372036854775808 | false",
                "4294967295-4294967295-1 | 4294967295-1-1 | true"
            })
    void coversWhatIsAtOrBeforeItInEveryDomain(String reached, String wanted, boolean covers) {
        assertThat(GtidPosition.parse(reached).covers(GtidPosition.parse(wanted)))
                .isEqualTo(covers);
    }

    @Test
    void mergesByDomain() {
        assertThat(GtidPosition.parse("0-1-5,2-1-1")
                        .merge(GtidPosition.parse("0-2-7,1-1-3"))
                        .text())
                .isEqualTo("0-2-7,1-1-3,2-1-1");
        assertThat(GtidPosition.EMPTY.merge(GtidPosition.parse("0-1-5"))).isEqualTo(GtidPosition.parse("0-1-5"));
    }

    @Test
    void keepsTheLatestOfADomainThatIsNamedTwice() {
        assertThat(GtidPosition.parse("0-1-5, 0-2-9,0-3-7").text()).isEqualTo("0-2-9");
    }

    @Test
    void saysNothingAboutMySqlSets() {
        Position mySql = GtidSet.parse("3e11fa47-71ca-11e1-9e33-c80aa9429562:1");

        assertThat(GtidPosition.parse("0-1-5").covers(mySql)).isFalse();
        assertThat(mySql.covers(GtidPosition.EMPTY)).isFalse();
        assertThatThrownBy(() -> GtidPosition.EMPTY.merge(mySql)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0-1",
                "0-1-2-3",
                "a-1-2",
                "0-1-2,",
                ",",
                "0--1",
                "0-1-18446744073709551616",
                "4294967296-1-1",
                "-1-1-1"
            })
    void refusesWhatIsNoPosition(String text) {
        assertThatThrownBy(() -> GtidPosition.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: domain-server-sequence");
    }
}
