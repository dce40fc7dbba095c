package com.foobar.http.message;

import org.jspecify.annotations.Nullable;

/** Single cookies of a request's {@code Cookie} fields (RFC 6265 §4.2.1; HTTP/2 may send one field for each, RFC 9113 §8.2.3). */
public final class Cookies {
    private Cookies() {}

    /** The value of the first cookie of that name, as it was sent; null where there is none. */
    public static @Nullable String value(Fields fields, String name) {
        for (int slot = fields.find(FieldName.COOKIE); slot >= 0; slot = fields.find(FieldName.COOKIE, slot + 1)) {
            byte[] bytes = fields.storage();
            int end = fields.valueStart(slot) + fields.valueLength(slot);
            for (int start = fields.valueStart(slot); start < end; ) {
                int next = pairEnd(bytes, start, end);
                int at = nameStart(bytes, start, next);
                if (isNamed(bytes, at, next, name)) {
                    int valueStart = at + name.length() + 1;
                    return Ascii.text(bytes, valueStart, trimmedEnd(bytes, valueStart, next) - valueStart);
                }
                start = next + 1;
            }
        }
        return null;
    }

    /** Takes all cookies of that name out; a field in which no other is goes with it. */
    public static void remove(Fields fields, String name) {
        int slots = fields.slots();
        for (int slot = fields.find(FieldName.COOKIE); slot >= 0 && slot < slots; ) {
            String kept = without(fields, slot, name);
            if (kept != null) {
                fields.removeSlot(slot);
                if (!kept.isEmpty()) {
                    fields.add(FieldName.COOKIE, kept);
                }
            }
            slot = fields.find(FieldName.COOKIE, slot + 1);
        }
    }

    /** What is left of a field; null where the cookie is not in it. */
    private static @Nullable String without(Fields fields, int slot, String name) {
        byte[] bytes = fields.storage();
        int end = fields.valueStart(slot) + fields.valueLength(slot);
        StringBuilder kept = new StringBuilder(fields.valueLength(slot));
        boolean found = false;
        for (int start = fields.valueStart(slot); start < end; ) {
            int next = pairEnd(bytes, start, end);
            int at = nameStart(bytes, start, next);
            if (isNamed(bytes, at, next, name)) {
                found = true;
            } else if (at < next) {
                kept.append(kept.isEmpty() ? "" : "; ").append(Ascii.text(bytes, at, trimmedEnd(bytes, at, next) - at));
            }
            start = next + 1;
        }
        return found ? kept.toString() : null;
    }

    private static int pairEnd(byte[] bytes, int start, int end) {
        int at = start;
        while (at < end && bytes[at] != ';') {
            at++;
        }
        return at;
    }

    private static int nameStart(byte[] bytes, int start, int end) {
        int at = start;
        while (at < end && (bytes[at] == ' ' || bytes[at] == '\t')) {
            at++;
        }
        return at;
    }

    private static int trimmedEnd(byte[] bytes, int start, int end) {
        int at = end;
        while (at > start && (bytes[at - 1] == ' ' || bytes[at - 1] == '\t')) {
            at--;
        }
        return at;
    }

    private static boolean isNamed(byte[] bytes, int start, int end, String name) {
        int length = name.length();
        if (end - start <= length || bytes[start + length] != '=') {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[start + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
