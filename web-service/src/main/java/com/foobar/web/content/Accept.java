package com.foobar.web.content;

import java.util.Locale;

/** Reading of the Accept field (RFC 9110 §12.5.1). */
final class Accept {
    private Accept() {}

    /** Whether the most specific range of the field that covers the type has a weight above zero; false if none covers it. */
    static boolean allows(String field, String type, String subtype) {
        int bestPrecision = -1;
        boolean allowed = false;
        for (String member : field.split(",")) {
            String[] parts = member.split(";", -1);
            String range = parts[0].strip().toLowerCase(Locale.ROOT);
            int precision = range.equals(type + '/' + subtype)
                    ? 2
                    : range.equals(type + "/*") ? 1 : range.equals("*/*") ? 0 : -1;
            if (precision >= 0 && precision >= bestPrecision) {
                bestPrecision = precision;
                allowed = !isZero(parts);
            }
        }
        return allowed;
    }

    private static boolean isZero(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().toLowerCase(Locale.ROOT);
            if (parameter.matches("q=0(\\.0{0,3})?")) {
                return true;
            }
        }
        return false;
    }
}
