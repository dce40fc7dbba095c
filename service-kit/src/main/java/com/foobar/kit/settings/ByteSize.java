package com.foobar.kit.settings;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, 0 or more. Text: a whole number with {@code B}, {@code KiB}, {@code MiB}, {@code GiB} (powers of 1024) or
 * {@code kB}, {@code MB}, {@code GB} (powers of 1000).
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,15})\\s*([kKMG]i?B|B)?");

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException(bytes + " (expected: 0 bytes or more)");
        }
    }

    /** @throws IllegalArgumentException where the text is not of the form above */
    public static ByteSize parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text);
        }
        String unit = matcher.group(2) == null ? "b" : matcher.group(2).toLowerCase(Locale.ROOT);
        long factor =
                switch (unit) {
                    case "kib" -> 1L << 10;
                    case "mib" -> 1L << 20;
                    case "gib" -> 1L << 30;
                    case "kb" -> 1_000L;
                    case "mb" -> 1_000_000L;
                    case "gb" -> 1_000_000_000L;
                    default -> 1L;
                };
        try {
            return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), factor));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** The number of bytes where an {@code int} is wanted; larger sizes become {@link Integer#MAX_VALUE}. */
    public int toInt() {
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    @Override
    public String toString() {
        if (bytes >= 1L << 30 && bytes % (1L << 30) == 0) {
            return (bytes >> 30) + "GiB";
        }
        if (bytes >= 1L << 20 && bytes % (1L << 20) == 0) {
            return (bytes >> 20) + "MiB";
        }
        if (bytes >= 1L << 10 && bytes % (1L << 10) == 0) {
            return (bytes >> 10) + "KiB";
        }
        return bytes + "B";
    }
}
