package com.foobar.web.cache;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.web.conditional.HttpDates;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How old a stored response is and how long it may be used (RFC 9111 §4.2, RFC 5861). Times are milliseconds.
 *
 * @param receivedAt           when its head had come, since the epoch
 * @param initialAge           how old it was then
 * @param lifetime             how old it may become and be used without asking
 * @param staleWhileRevalidate for how long after that it may be used while it is being asked for
 * @param staleIfError         for how long after that it may be used if asking fails
 * @param noCache              it must be asked for at each use
 * @param mustRevalidate       it must not be used stale, but for what the two windows above allow
 */
record Freshness(
        long receivedAt,
        long initialAge,
        long lifetime,
        long staleWhileRevalidate,
        long staleIfError,
        boolean noCache,
        boolean mustRevalidate) {

    /**
     * @param control what governs the response: its targeted field, or else Cache-Control
     * @param targeted whether that is a targeted field, in whose presence Expires does not count (RFC 9213 §2.2)
     */
    static Freshness of(Fields fields, CacheControl control, boolean targeted, long requestedAt, long receivedAt) {
        long date = date(fields, receivedAt);
        boolean never = control.has("must-revalidate") || control.has("proxy-revalidate");
        // RFC 9111 §5.2.2.10: s-maxage forbids stale use as proxy-revalidate does. A window given beside it is the
        // more specific word of the same origin, and common.
        boolean noCache = control.hasUnqualified("no-cache");
        long whileRevalidate = never ? 0 : Math.max(0, control.seconds("stale-while-revalidate"));
        long ifError = never ? 0 : Math.max(0, control.seconds("stale-if-error"));
        return new Freshness(
                receivedAt,
                initialAge(fields, date, requestedAt, receivedAt),
                Math.max(0, lifetime(fields, control, targeted, date)),
                whileRevalidate * 1000,
                ifError * 1000,
                noCache,
                never || control.has("s-maxage"));
    }

    /** RFC 9111 §4.2.3. */
    private static long initialAge(Fields fields, long date, long requestedAt, long receivedAt) {
        String age = fields.get(FieldName.AGE);
        int comma = age == null ? -1 : age.indexOf(',');
        long seconds = age == null ? 0 : CacheControl.deltaSeconds((comma < 0 ? age : age.substring(0, comma)).strip());
        long apparent = Math.max(0, receivedAt / 1000 - date / 1000) * 1000;
        return Math.max(apparent, Math.max(0, seconds) * 1000 + (receivedAt - requestedAt));
    }

    private static long date(Fields fields, long receivedAt) {
        String text = fields.get(FieldName.DATE);
        Instant date = text == null ? null : HttpDates.parse(text);
        return date == null ? receivedAt : date.toEpochMilli();
    }

    /** RFC 9111 §4.2.1; -1 where the origin says nothing of it. There is no guessing from Last-Modified: only what is marked is used. */
    static long lifetime(Fields fields, CacheControl control, boolean targeted, long date) {
        long seconds = control.seconds("s-maxage");
        if (seconds < 0) {
            seconds = control.seconds("max-age");
        }
        if (seconds >= 0) {
            return seconds * 1000;
        }
        String expires = targeted ? null : fields.joined(FieldName.EXPIRES);
        if (expires == null) {
            return -1;
        }
        Instant end = HttpDates.parse(expires);
        // What is no date is in the past (RFC 9111 §5.3).
        return end == null ? 0 : Math.max(0, end.toEpochMilli() / 1000 - date / 1000) * 1000;
    }

    static @Nullable Instant parse(@Nullable String text) {
        return text == null ? null : HttpDates.parse(text);
    }

    long age(long now) {
        return initialAge + Math.max(0, now - receivedAt);
    }

    /** For how long it is fresh still; negative: for how long it has been stale. */
    long left(long now) {
        return lifetime - age(now);
    }

    boolean isFresh(long now) {
        return left(now) > 0;
    }

    boolean mayServeWhileRevalidating(long now) {
        return !noCache && left(now) + staleWhileRevalidate > 0;
    }

    boolean mayServeOnError(long now) {
        return !noCache && left(now) + staleIfError > 0;
    }
}
