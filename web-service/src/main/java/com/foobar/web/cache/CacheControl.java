package com.foobar.web.cache;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The directives of a Cache-Control field (RFC 9111 §5.2) or of a targeted one (RFC 9213), by name in lower case. What is no directive is skipped. A directive that comes twice with
 * different values has none that can be read.
 */
final class CacheControl {
    /** Longer than anything lives here; RFC 9111 §1.2.2 asks for at least this. */
    static final long FOREVER = 1L << 31;

    /** No directive at all. */
    static final CacheControl NONE = new CacheControl(Map.of());

    private static final String UNREADABLE = "\0";

    private final Map<String, String> directives;

    CacheControl(Map<String, String> directives) {
        this.directives = directives;
    }

    /** @param field the field's value, several lines joined by a comma; null if there is none */
    static CacheControl parse(@Nullable String field) {
        if (field == null) {
            return NONE;
        }
        Map<String, String> directives = new HashMap<>();
        int at = 0;
        while (at < field.length()) {
            int end = memberEnd(field, at);
            add(directives, field.substring(at, end).strip());
            at = end + 1;
        }
        return new CacheControl(directives);
    }

    /** The next comma that is not inside quotes, or the end. */
    private static int memberEnd(String field, int start) {
        boolean quoted = false;
        for (int i = start; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted) {
                i++;
            } else if (c == ',' && !quoted) {
                return i;
            }
        }
        return field.length();
    }

    private static void add(Map<String, String> directives, String member) {
        int equals = member.indexOf('=');
        String name = (equals < 0 ? member : member.substring(0, equals)).toLowerCase(Locale.ROOT);
        if (name.isEmpty() || !name.chars().allMatch(CacheControl::isTokenChar)) {
            return;
        }
        String value = equals < 0 ? "" : unquote(member.substring(equals + 1));
        String before = directives.putIfAbsent(name, value);
        if (before != null && !before.equals(value)) {
            directives.put(name, UNREADABLE);
        }
    }

    private static String unquote(String value) {
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1).replace("\\", "") : value;
    }

    static boolean isTokenChar(int c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    boolean isEmpty() {
        return directives.isEmpty();
    }

    boolean has(String name) {
        return directives.containsKey(name);
    }

    /** Whether the directive is there and names no fields: then it holds for the whole response. */
    boolean hasUnqualified(String name) {
        String value = directives.get(name);
        return value != null && (value.isEmpty() || value.equals(UNREADABLE));
    }

    /** Names of fields in lower case that {@code no-cache} and {@code private} speak of: they are not stored. */
    Set<String> qualifiedFields() {
        Set<String> names = new TreeSet<>();
        for (String directive : List.of("no-cache", "private")) {
            String value = directives.getOrDefault(directive, "");
            for (String name : value.split(",", 64)) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        names.remove("");
        return names;
    }

    /** The seconds that the directive gives; -1 without it, 0 if they cannot be read, {@link #FOREVER} at most. */
    long seconds(String name) {
        String value = directives.get(name);
        return value == null ? -1 : Math.max(0, deltaSeconds(value));
    }

    /** As {@link #seconds}, but {@link #FOREVER} for the directive without a value ({@code max-stale}). */
    long secondsOrForever(String name) {
        String value = directives.get(name);
        return value != null && value.isEmpty() ? FOREVER : seconds(name);
    }

    /** A number of seconds (RFC 9111 §1.2.2); -1 for anything but digits. */
    static long deltaSeconds(String text) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        String digits = text.replaceFirst("^0+(?=.)", "");
        return digits.length() > 10 ? FOREVER : Math.min(FOREVER, Long.parseLong(digits));
    }
}
