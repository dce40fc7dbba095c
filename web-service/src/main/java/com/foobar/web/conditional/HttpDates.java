package com.foobar.web.conditional;

import io.netty.handler.codec.DateFormatter;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/** Dates as HTTP writes them (RFC 9110 §5.6.7): written as IMF-fixdate, read in all three forms, to the second. */
public final class HttpDates {
    private HttpDates() {}

    public static String format(Instant instant) {
        return DateFormatter.format(Date.from(instant));
    }

    /** Null for anything that is no date; a condition with such a value is ignored (RFC 9110 §13.1.3). */
    public static @Nullable Instant parse(String text) {
        Date date = text.length() > 64 ? null : DateFormatter.parseHttpDate(text);
        return date == null ? null : date.toInstant();
    }
}
