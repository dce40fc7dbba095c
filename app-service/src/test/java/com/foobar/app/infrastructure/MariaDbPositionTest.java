package com.foobar.app.infrastructure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MariaDbPositionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0-1-10        | 0-1-10         | true",
                "0-1-11        | 0-1-10         | true",
                "0-1-9         | 0-1-10         | false",
                "0-2-10        | 0-1-10         | true",
                "0-1-10,1-1-4  | 1-1-4,0-1-10   | true",
                "0-1-10        | 0-1-10,1-1-4   | false",
                "0-1-99,1-1-3  | 0-1-10,1-1-4   | false",
                "''            | ''             | true",
                "''            | 0-1-1          | false",
                "0-1-1         | ''             | true",
            })
    void containsWhatEveryDomainHasReached(String position, String other, boolean contains) {
        assertThat(MariaDbPosition.contains(position, other)).isEqualTo(contains);
    }

    @Test
    void refusesWhatIsNoPosition() {
        assertThatThrownBy(() -> MariaDbPosition.contains("0-1", "0-1-1")).hasMessageContaining("position: 0-1");
    }
}
