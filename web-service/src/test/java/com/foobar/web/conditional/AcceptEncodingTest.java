package com.foobar.web.conditional;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptEncodingTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            emptyValue = "",
            value = {
                "-                               | false",
                "''                              | false",
                "gzip                            | true",
                "gzip, deflate, br               | true",
                "gzip, deflate, br, zstd         | true",
                "GZip                            | true",
                "x-gzip                          | true",
                "br                              | false",
                "identity                        | false",
                "*                               | true",
                "*;q=0                           | false",
                "gzip;q=0                        | false",
                "gzip;q=0.0                      | false",
                "gzip;q=0, *                     | false",
                "gzip;q=0.001                    | true",
                "gzip ; q=0.5                    | true",
                "gzip; Q=1.000                   | true",
                "gzip;q=0.5, identity            | false",
                "gzip;q=0.5, identity;q=0.5      | true",
                "gzip;q=0.5, identity;q=0.4      | true",
                "gzip, identity;q=0              | true",
                "br, *;q=0.1                     | true",
                "identity;q=0.5, *;q=0.1         | false",
                "gzip;q=2                        | false",
                "gzip;q=abc                      | false",
                "gzip;q=-1                       | false",
                "gzip;q=                         | false",
                "gzip;q=0.0001                   | false",
                "gzip;level=9                    | false",
                "gzipped                         | false",
                ",, gzip ,                       | true",
            })
    void choosesByWeight(String field, boolean gzip) {
        assertThat(AcceptEncoding.prefersGzip(field)).isEqualTo(gzip);
    }
}
