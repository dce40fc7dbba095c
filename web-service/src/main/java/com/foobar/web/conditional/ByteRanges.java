package com.foobar.web.conditional;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts of a representation that a Range field with one or more ranges asks for (RFC 9110 §14.2). */
public final class ByteRanges {
    /** More than any reader of documents asks for at once. */
    public static final int MOST = 16;

    private static final String UNIT = "bytes=";

    private ByteRanges() {}

    /**
     * The parts, in the order in which they were asked for; those that lie outside are left out, and none is left for 416.
     *
     * @param total bytes of the representation
     * @return null where the field is to be ignored and the whole sent: another unit, a syntax error, more than {@link #MOST}
     *     ranges, several that overlap, or several that are no less than the whole: such requests are mistakes or attacks (RFC 9110 §17.15)
     */
    public static @Nullable List<ByteRange> parse(String field, long total) {
        if (!field.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return null;
        }
        List<ByteRange> parts = new ArrayList<>();
        String[] specs = field.substring(UNIT.length()).split(",", MOST + 2);
        if (specs.length > MOST) {
            return null;
        }
        for (String spec : specs) {
            if (spec.isBlank() && specs.length > 1) {
                continue;
            }
            ByteRange part = ByteRange.parse(UNIT + spec, total);
            if (part == null) {
                return null;
            }
            if (!part.isUnsatisfiable()) {
                parts.add(part);
            }
        }
        return parts.size() > 1 && (overlap(parts) || length(parts) >= total) ? null : List.copyOf(parts);
    }

    private static boolean overlap(List<ByteRange> parts) {
        List<ByteRange> sorted = new ArrayList<>(parts);
        sorted.sort(Comparator.comparingLong(ByteRange::first));
        for (int i = 1; i < sorted.size(); i++) {
            ByteRange before = sorted.get(i - 1);
            if (before.first() + before.length() > sorted.get(i).first()) {
                return true;
            }
        }
        return false;
    }

    /** Bytes of all parts. */
    public static long length(List<ByteRange> parts) {
        return parts.stream().mapToLong(ByteRange::length).sum();
    }
}
