package com.foobar.kit.observability;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Where a request stands in a trace, as the field {@code traceparent} carries it from tier to tier
 * (<a href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a> §3.2).
 *
 * @param traceId 32 lower-case hex digits, not all zero: the same in every tier
 * @param spanId 16 lower-case hex digits, not all zero: this tier's part
 */
public record TraceContext(String traceId, String spanId, boolean sampled) {
    /** The field's name. */
    public static final String FIELD = "traceparent";

    private static final int LENGTH = 55;
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    /**
     * Reads the field.
     *
     * @return null where the field is absent or not valid; a new trace starts then (§3.2.2.3)
     */
    public static @Nullable TraceContext parse(@Nullable CharSequence field) {
        if (field == null
                || field.length() < LENGTH
                || field.charAt(2) != '-'
                || field.charAt(35) != '-'
                || field.charAt(52) != '-'
                || !isHex(field, 0, 2)
                || !isHex(field, 53, 55)) {
            return null;
        }
        boolean version00 = field.charAt(0) == '0' && field.charAt(1) == '0';
        boolean versionFf = field.charAt(0) == 'f' && field.charAt(1) == 'f';
        boolean tail = field.length() > LENGTH;
        if (versionFf || (tail && (version00 || field.charAt(LENGTH) != '-'))) {
            return null;
        }
        if (!isHex(field, 3, 35) || isZero(field, 3, 35) || !isHex(field, 36, 52) || isZero(field, 36, 52)) {
            return null;
        }
        boolean sampled = (Character.digit(field.charAt(54), 16) & 1) == 1;
        return new TraceContext(
                field.subSequence(3, 35).toString(), field.subSequence(36, 52).toString(), sampled);
    }

    /** Starts a trace. It is not marked as sampled: nobody records spans unless the client asked for it. */
    public static TraceContext root() {
        return new TraceContext(hex(2), hex(1), false);
    }

    /** The same trace, a new span: what this tier sends to the next. */
    public TraceContext child() {
        return new TraceContext(traceId, hex(1), sampled);
    }

    /** The field's value, version 00. */
    public String header() {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }

    private static boolean isHex(CharSequence text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(CharSequence text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) != '0') {
                return false;
            }
        }
        return true;
    }

    private static String hex(int longs) {
        char[] digits = new char[longs * 16];
        for (int i = 0; i < longs; i++) {
            long bits = nonZero();
            for (int j = 0; j < 16; j++) {
                digits[i * 16 + j] = HEX[(int) (bits & 15)];
                bits >>>= 4;
            }
        }
        return new String(digits);
    }

    private static long nonZero() {
        long bits;
        do {
            bits = ThreadLocalRandom.current().nextLong();
        } while (bits == 0);
        return bits;
    }
}
