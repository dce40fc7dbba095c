package com.foobar.lb.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrontendLogTest {
    @ParameterizedTest
    @CsvSource({"0, 0.000", "499, 0.000", "500, 0.001", "1000000, 1.000", "1234567, 1.235", "12003400000, 12003.400"})
    void writesMilliseconds(long nanos, String text) {
        assertThat(FrontendLog.millis(nanos)).isEqualTo(text);
    }
}
