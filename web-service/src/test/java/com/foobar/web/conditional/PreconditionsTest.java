package com.foobar.web.conditional;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreconditionsTest {
    private static final EntityTag TAG = EntityTag.strong("x");
    /** Between two seconds, as files are. */
    private static final Instant MODIFIED = Instant.parse("2026-11-20T10:00:00.700Z");

    private static final String BEFORE = "Fri, 20 Nov 2026 09:59:59 GMT";
    private static final String SAME = "Fri, 20 Nov 2026 10:00:00 GMT";
    private static final String AFTER = "Fri, 20 Nov 2026 10:00:01 GMT";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            quoteCharacter = '\'',
            value = {
                // If-Match | If-Unmodified-Since | If-None-Match | If-Modified-Since | verdict
                "-          | -      | -          | -      | PROCEED",
                "\"x\"      | -      | -          | -      | PROCEED",
                "*          | -      | -          | -      | PROCEED",
                "\"y\"      | -      | -          | -      | FAILED",
                "W/\"x\"    | -      | -          | -      | FAILED",
                // If-Match wins over If-Unmodified-Since
                "\"x\"      | before | -          | -      | PROCEED",
                "\"y\"      | after  | -          | -      | FAILED",
                "-          | before | -          | -      | FAILED",
                "-          | same   | -          | -      | PROCEED",
                "-          | after  | -          | -      | PROCEED",
                "-          | junk   | -          | -      | PROCEED",
                "-          | -      | \"x\"      | -      | NOT_MODIFIED",
                "-          | -      | W/\"x\"    | -      | NOT_MODIFIED",
                "-          | -      | \"y\", \"x\" | -    | NOT_MODIFIED",
                "-          | -      | *          | -      | NOT_MODIFIED",
                "-          | -      | \"y\"      | -      | PROCEED",
                // If-None-Match wins over If-Modified-Since
                "-          | -      | \"y\"      | after  | PROCEED",
                "-          | -      | \"x\"      | before | NOT_MODIFIED",
                "-          | -      | -          | before | PROCEED",
                "-          | -      | -          | same   | NOT_MODIFIED",
                "-          | -      | -          | after  | NOT_MODIFIED",
                "-          | -      | -          | junk   | PROCEED",
                // 412 comes before 304
                "\"y\"      | -      | \"x\"      | -      | FAILED",
                "-          | before | \"x\"      | -      | FAILED",
                "\"x\"      | -      | \"x\"      | -      | NOT_MODIFIED",
                "\"x\"      | -      | -          | same   | NOT_MODIFIED",
            })
    void decideInTheOrderOfTheStandard(
            String ifMatch, String unmodifiedSince, String ifNoneMatch, String modifiedSince, String verdict) {
        Preconditions preconditions =
                new Preconditions(ifMatch, date(unmodifiedSince), ifNoneMatch, date(modifiedSince), null);
        assertThat(preconditions.evaluate(TAG, MODIFIED)).isEqualTo(Preconditions.Verdict.valueOf(verdict));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Fri, 20 Nov 2026 10:00:00 GMT", "Friday, 20-Nov-26 10:00:00 GMT", "Fri Nov 20 10:00:00 2026"})
    void readDatesInAllThreeForms(String date) {
        Preconditions preconditions = new Preconditions(null, null, null, date, null);
        assertThat(preconditions.evaluate(TAG, MODIFIED)).isEqualTo(Preconditions.Verdict.NOT_MODIFIED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            quoteCharacter = '\'',
            value = {
                // If-Range        | seconds since the change | allowed
                "-                 | 0    | true",
                "\"x\"             | 0    | true",
                "W/\"x\"           | 3600 | false",
                "\"y\"             | 3600 | false",
                "\"x\", \"y\"      | 3600 | false",
                "*                 | 3600 | false",
                "same              | 3600 | true",
                "same              | 61   | true",
                "same              | 59   | false",
                "before            | 3600 | false",
                "after             | 3600 | false",
                "junk              | 3600 | false",
            })
    void allowARangeOnlyOfExactlyThisVersion(String ifRange, long age, boolean allowed) {
        Preconditions preconditions = new Preconditions(null, null, null, null, date(ifRange));
        assertThat(preconditions.allowRange(TAG, MODIFIED, MODIFIED.plusSeconds(age)))
                .isEqualTo(allowed);
    }

    private static String date(String word) {
        if (word == null) {
            return null;
        }
        return switch (word) {
            case "before" -> BEFORE;
            case "same" -> SAME;
            case "after" -> AFTER;
            case "junk" -> "yesterday";
            default -> word;
        };
    }
}
