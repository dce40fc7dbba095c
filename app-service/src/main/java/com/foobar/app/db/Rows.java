package com.foobar.app.db;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How rows become values, and times go into and out of them: {@code DATETIME(6)} columns hold UTC. */
public final class Rows {
    private static final String ISO_FORM = "0000-00-00T00:00:00.000000Z";

    private Rows() {}

    /** The first row as a value; null where there is none. */
    public static <T> @Nullable T first(RowSet<Row> rows, Function<Row, T> mapper) {
        return rows.size() == 0 ? null : mapper.apply(rows.iterator().next());
    }

    /** Every row as a value, in order. */
    public static <T> List<T> list(RowSet<Row> rows, Function<Row, T> mapper) {
        List<T> list = new ArrayList<>(rows.size());
        rows.forEach(row -> list.add(mapper.apply(row)));
        return list;
    }

    /** The time as a column keeps it, so that what is answered now is what is read later. */
    public static LocalDateTime now() {
        return at(Clock.systemUTC().instant());
    }

    /** A time as a column keeps it: UTC, in microseconds. */
    public static LocalDateTime at(Instant instant) {
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
    }

    /**
     * ISO 8601 with six digits after the second: {@code 2026-11-20T23:41:07.004300Z}. By hand, as a page has forty of them and a
     * {@code DateTimeFormatter} takes several times as long.
     *
     * @param time of a year from 0 to 9999, as the database has no other
     */
    public static String iso(LocalDateTime time) {
        byte[] text = ISO_FORM.getBytes(StandardCharsets.ISO_8859_1);
        put(text, 0, 4, time.getYear());
        put(text, 5, 2, time.getMonthValue());
        put(text, 8, 2, time.getDayOfMonth());
        put(text, 11, 2, time.getHour());
        put(text, 14, 2, time.getMinute());
        put(text, 17, 2, time.getSecond());
        put(text, 20, 6, time.getNano() / 1000);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static void put(byte[] text, int from, int digits, int number) {
        int rest = number;
        for (int at = from + digits - 1; at >= from; at--) {
            text[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
