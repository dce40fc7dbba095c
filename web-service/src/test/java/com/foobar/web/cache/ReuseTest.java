package com.foobar.web.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.web.conditional.HttpDates;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ages, lifetimes and what may be used when, with a clock of the test's own. */
class ReuseTest {
    private static final long RECEIVED = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // response                                      | request        | seconds later | use
                "max-age=60                                      |                | 59  | FRESH",
                "max-age=60                                      |                | 60  | VALIDATE",
                "max-age=60, no-cache                            |                | 1   | VALIDATE",
                "max-age=60, no-cache=\"x\"                      |                | 1   | FRESH",
                "max-age=60                                      | no-cache       | 1   | VALIDATE",
                "max-age=60                                      | max-age=5      | 5   | FRESH",
                "max-age=60                                      | max-age=5      | 6   | VALIDATE",
                "max-age=60                                      | min-fresh=10   | 49  | FRESH",
                "max-age=60                                      | min-fresh=10   | 51  | VALIDATE",
                "max-age=60                                      | max-stale=10   | 70  | STALE_ACCEPTED",
                "max-age=60                                      | max-stale=10   | 71  | VALIDATE",
                "max-age=60                                      | max-stale      | 900 | STALE_ACCEPTED",
                "max-age=60, must-revalidate                     | max-stale      | 61  | VALIDATE",
                "max-age=60, proxy-revalidate                    | max-stale      | 61  | VALIDATE",
                "s-maxage=60                                     | max-stale      | 61  | VALIDATE",
                "max-age=1, s-maxage=60                          |                | 59  | FRESH",
                "max-age=60, stale-while-revalidate=30           |                | 89  | STALE_WHILE_REVALIDATE",
                "max-age=60, stale-while-revalidate=30           |                | 90  | VALIDATE",
                "s-maxage=60, stale-while-revalidate=30          |                | 61  | STALE_WHILE_REVALIDATE",
                "max-age=60, stale-while-revalidate=30           | max-age=100    | 61  | VALIDATE",
                "max-age=60, stale-while-revalidate=30, must-revalidate |         | 61  | VALIDATE",
                "max-age=60, stale-while-revalidate=30, no-cache |                | 61  | VALIDATE",
            })
    void followsBothSides(String response, String request, long later, Reuse expected) {
        Freshness freshness = Freshness.of(new Fields(), CacheControl.parse(response), false, RECEIVED, RECEIVED);
        Fields fields = new Fields();
        if (request != null) {
            fields.add(FieldName.CACHE_CONTROL, request);
        }
        assertThat(Reuse.of(freshness, RequestDirectives.of(fields), RECEIVED + later * 1000))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Age          | Date, seconds before | answered after ms | age in ms
                "               | 0    | 0    | 0",
                "30             | 0    | 0    | 30000",
                "30             | 0    | 2000 | 32000",
                "30             | 40   | 2000 | 40000",
                "30, 0          | 0    | 0    | 30000",
                "abc            | 0    | 0    | 0",
                "-30            | 0    | 0    | 0",
                "30.0           | 0    | 0    | 0",
                "               | -10  | 0    | 0",
            })
    void computesTheAgeOnArrival(String age, long before, long delay, long expected) {
        Fields fields = new Fields();
        fields.add(FieldName.DATE, HttpDates.format(Instant.ofEpochMilli(RECEIVED - before * 1000)));
        if (age != null) {
            fields.add(FieldName.AGE, age);
        }
        assertThat(Freshness.of(fields, CacheControl.NONE, false, RECEIVED - delay, RECEIVED)
                        .age(RECEIVED))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sun, 01 Mar 2026 12:01:00 GMT | 60000",
                "Sunday, 01-Mar-26 12:01:00 GMT | 60000",
                "Sun Mar  1 12:01:00 2026      | 60000",
                "Sun, 01 Mar 2026 11:59:00 GMT | 0",
                "0                             | 0",
                "Sun, 01 Mar 2026 12:01:00 UTC | 0",
            })
    void takesExpiresRelativeToDate(String expires, long expected) {
        Fields fields = new Fields();
        fields.add(FieldName.DATE, "Sun, 01 Mar 2026 12:00:00 GMT").add(FieldName.EXPIRES, expires);
        assertThat(Freshness.of(fields, CacheControl.NONE, false, RECEIVED, RECEIVED + 999)
                        .lifetime())
                .isEqualTo(expected);
        assertThat(Freshness.of(fields, CacheControl.parse("public"), true, RECEIVED, RECEIVED)
                        .lifetime())
                .isZero();
    }
}
