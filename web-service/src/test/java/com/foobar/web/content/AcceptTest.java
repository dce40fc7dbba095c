package com.foobar.web.content;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | true",
                "*/*                           | true",
                "TEXT/HTML                     | true",
                "text/*                        | true",
                "text/html;q=0.1               | true",
                "text/html;level=1             | true",
                "application/json              | false",
                "application/json, */*;q=0     | false",
                "text/html;q=0, */*            | false",
                "*/*, text/html;q=0.000        | false",
                "text/*;q=0, */*               | false",
                "text/*;q=0, text/html         | true",
                "image/avif,image/webp         | false",
                ",,;                           | false",
            })
    void letsTheMostSpecificRangeDecide(String field, boolean allowed) {
        assertThat(Accept.allows(field, "text", "html")).isEqualTo(allowed);
    }
}
