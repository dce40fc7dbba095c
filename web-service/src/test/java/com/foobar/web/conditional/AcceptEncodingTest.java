package com.foobar.web.conditional;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
        assertThat(AcceptEncoding.choose(field, List.of("gzip"))).isEqualTo(gzip ? "gzip" : null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "gzip, deflate, br, zstd       | br",
                "gzip, deflate                 | gzip",
                "gzip;q=1.0, br;q=0.9, zstd;q=0.9 | gzip",
                "zstd;q=0.9, br;q=0.5          | zstd",
                "*                             | br",
                "br;q=0, *                     | zstd",
                "*;q=0.5, gzip                 | gzip",
                "deflate                       | -",
                "identity, br;q=0.9            | -",
            })
    void choosesAmongSeveral(String field, String expected) {
        assertThat(AcceptEncoding.choose(field, List.of("br", "zstd", "gzip"))).isEqualTo(expected);
    }
}
