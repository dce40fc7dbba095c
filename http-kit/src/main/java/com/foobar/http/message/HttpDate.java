package com.foobar.http.message;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Dates as HTTP writes them (RFC 9110 §5.6.7). The present one is made once a second. */
public final class HttpDate {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private static volatile HttpDate current = new HttpDate(0);

    private final long second;
    private final String text;
    private final byte[] bytes;

    private HttpDate(long second) {
        this.second = second;
        this.text = FORMAT.format(Instant.ofEpochSecond(second));
        this.bytes = text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The present second. */
    public static HttpDate now() {
        long second = System.currentTimeMillis() / 1000;
        HttpDate date = current;
        if (date.second != second) {
            date = new HttpDate(second);
            current = date;
        }
        return date;
    }

    public static String format(Instant instant) {
        return FORMAT.format(instant);
    }

    public String text() {
        return text;
    }

    /** Must not be changed. */
    public byte[] bytes() {
        return bytes;
    }
}
