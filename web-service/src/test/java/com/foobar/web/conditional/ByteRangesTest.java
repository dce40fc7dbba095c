package com.foobar.web.conditional;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangesTest {
    @Test
    void keepsTheOrderAndLeavesOutWhatIsNotThere() {
        assertThat(ByteRanges.parse("bytes=50-59, 0-0 ,, 200-, -5", 100))
                .containsExactly(new ByteRange(50, 10), new ByteRange(0, 1), new ByteRange(95, 5));
        assertThat(ByteRanges.parse("BYTES=0-", 100)).containsExactly(new ByteRange(0, 100));
        assertThat(ByteRanges.parse("bytes=100-,-0", 100)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=",
                "bytes=x",
                "bytes=0-1,x",
                "lines=0-1",
                "bytes=0-9,9-10",
                "bytes=5-9,0-5",
                "bytes=0-49,50-99",
                "bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16,18-18,20-20,22-22,24-24,26-26,28-28,30-30,32-32",
            })
    void ignoresWhatItCannotReadOrShouldNotObey(String field) {
        assertThat(ByteRanges.parse(field, 100)).isNull();
    }
}
