package com.foobar.app.db;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How rows become values, and times go into and out of them: {@code DATETIME(6)} columns hold UTC. */
public final class Rows {
    private static final DateTimeFormatter ISO_MICROS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'");

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

    /** ISO 8601 with six digits after the second: {@code 2026-11-20T23:41:07.004300Z}. */
    public static String iso(LocalDateTime time) {
        return ISO_MICROS.format(time);
    }
}
