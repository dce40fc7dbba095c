package com.foobar.app.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowsTest {
    @ParameterizedTest
    @CsvSource({
        "2026-11-20T23:41:07.004300, 2026-11-20T23:41:07.004300Z",
        "2026-01-02T03:04:05, 2026-01-02T03:04:05.000000Z",
        "0001-01-01T00:00:00.000001, 0001-01-01T00:00:00.000001Z",
        "9999-12-31T23:59:59.999999, 9999-12-31T23:59:59.999999Z",
        "2026-11-20T23:41:07.0043009, 2026-11-20T23:41:07.004300Z",
    })
    void writesTimesWithMicroseconds(LocalDateTime time, String text) {
        assertThat(Rows.iso(time)).isEqualTo(text);
    }

    @Test
    void writesAnyTimeAsTheFormatterDoes() {
        DateTimeFormatter formatter = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'");
        Random random = new Random(4711);
        for (int i = 0; i < 10_000; i++) {
            LocalDateTime time = LocalDateTime.of(1, 1, 1, 0, 0)
                    .plusSeconds(random.nextLong(9998L * 365 * 86_400))
                    .plusNanos(random.nextInt(1_000_000_000));
            assertThat(Rows.iso(time)).isEqualTo(formatter.format(time));
        }
    }
}
