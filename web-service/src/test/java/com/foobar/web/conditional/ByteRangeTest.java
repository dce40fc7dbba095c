package com.foobar.web.conditional;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // field                     | total | first | length
                "bytes=0-0                   | 100   | 0  | 1",
                "bytes=0-99                  | 100   | 0  | 100",
                "bytes=0-                    | 100   | 0  | 100",
                "bytes=99-                   | 100   | 99 | 1",
                "bytes=99-99                 | 100   | 99 | 1",
                "bytes=10-19                 | 100   | 10 | 10",
                "bytes=50-1000               | 100   | 50 | 50",
                "bytes=-1                    | 100   | 99 | 1",
                "bytes=-100                  | 100   | 0  | 100",
                "bytes=-101                  | 100   | 0  | 100",
                "BYTES=0-1                   | 100   | 0  | 2",
                "bytes= 0-1                  | 100   | 0  | 2",
                "bytes=000000000000000000000-0000000000000000000001 | 100 | 0 | 2",
                "bytes=0-99999999999999999999999999 | 100 | 0 | 100",
                "bytes=-99999999999999999999999999  | 100 | 0 | 100",
                "bytes=5000000000-5000000001 | 6000000000 | 5000000000 | 2",
            })
    void findsThePart(String field, long total, long first, long length) {
        assertThat(ByteRange.parse(field, total)).isEqualTo(new ByteRange(first, length));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=100-           | 100",
                "bytes=100-200        | 100",
                "bytes=-0             | 100",
                "bytes=0-             | 0",
                "bytes=0-0            | 0",
                "bytes=-0             | 0",
                "bytes=99999999999999999999- | 100",
                "bytes=99999999999999999999-99999999999999999999 | 100",
            })
    void knowsWhatLiesOutside(String field, long total) {
        assertThat(ByteRange.parse(field, total)).isNotNull().matches(ByteRange::isUnsatisfiable);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-1,3-4  | 100",
                "bytes=0-1, bytes=3-4 | 100",
                "bytes=0-,0-,0- | 100",
                "bytes=2-1      | 100",
                "bytes=-        | 100",
                "bytes=         | 100",
                "bytes          | 100",
                "bytes=a-b      | 100",
                "bytes=0x1-2    | 100",
                "bytes=+1-2     | 100",
                "bytes=1--2     | 100",
                "bytes=1 - 2    | 100",
                "items=0-1      | 100",
                "bytes 0-1      | 100",
                "bytes=-5       | 0",
                "bytes=٠-١      | 100",
            })
    void ignoresWhatItDoesNotUnderstandOrWillNotDo(String field, long total) {
        assertThat(ByteRange.parse(field, total)).isNull();
    }

    @Test
    void saysWhichPartItIs() {
        assertThat(new ByteRange(10, 10).contentRange(100)).isEqualTo("bytes 10-19/100");
        assertThat(ByteRange.unsatisfiedContentRange(100)).isEqualTo("bytes */100");
    }
}
