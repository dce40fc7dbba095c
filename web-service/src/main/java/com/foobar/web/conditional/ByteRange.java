package com.foobar.web.conditional;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a representation that a Range field asks for (RFC 9110 §14).
 *
 * @param first  offset of the first byte; 0 or more
 * @param length bytes; more than 0, unless the range is {@link #UNSATISFIABLE}
 */
public record ByteRange(long first, long length) {
    /** A range that lies outside: 416. */
    public static final ByteRange UNSATISFIABLE = new ByteRange(0, 0);

    private static final Pattern SINGLE =
            Pattern.compile("bytes=[ \\t]*([0-9]*)-([0-9]*)[ \\t]*", Pattern.CASE_INSENSITIVE);

    /**
     * The single range that the field asks for, {@link #UNSATISFIABLE}, or null where the field is to be ignored and the
     * whole sent: another unit, a syntax error, or several ranges (RFC 9110 §14.2 lets a server ignore any; answering
     * many small or overlapping ones costs far more than the request for them).
     *
     * @param total bytes of the representation
     */
    public static @Nullable ByteRange parse(String field, long total) {
        Matcher matcher = SINGLE.matcher(field);
        if (!matcher.matches()) {
            return null;
        }
        String from = matcher.group(1);
        String to = matcher.group(2);
        if (from.isEmpty()) {
            return to.isEmpty() ? null : suffix(number(to), total);
        }
        long first = number(from);
        long last = to.isEmpty() ? Long.MAX_VALUE : number(to);
        if (last < first) {
            return null;
        }
        return first >= total ? UNSATISFIABLE : new ByteRange(first, Math.min(last, total - 1) - first + 1);
    }

    private static @Nullable ByteRange suffix(long wanted, long total) {
        if (wanted == 0) {
            return UNSATISFIABLE;
        }
        // The last bytes of nothing are nothing, which Content-Range cannot say: the whole (empty) file is sent.
        return total == 0 ? null : new ByteRange(Math.max(0, total - wanted), Math.min(wanted, total));
    }

    /** Digits of any length; beyond what a long holds it is as good as infinite. */
    private static long number(String digits) {
        int leadingZeros = 0;
        while (leadingZeros < digits.length() - 1 && digits.charAt(leadingZeros) == '0') {
            leadingZeros++;
        }
        return digits.length() - leadingZeros > 18
                ? Long.MAX_VALUE
                : Long.parseLong(digits, leadingZeros, digits.length(), 10);
    }

    /** Whether it is {@link #UNSATISFIABLE}: every other range has a length. */
    public boolean isUnsatisfiable() {
        return length == 0;
    }

    /** The value of Content-Range for this range: {@code bytes 0-9/100}. */
    public String contentRange(long total) {
        return "bytes " + first + '-' + (first + length - 1) + '/' + total;
    }

    /** The value of Content-Range beside 416: {@code bytes *}{@code /100}. */
    public static String unsatisfiedContentRange(long total) {
        return "bytes */" + total;
    }
}
