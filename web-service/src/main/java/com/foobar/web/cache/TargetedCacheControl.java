package com.foobar.web.cache;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a targeted cache control field, such as {@code CDN-Cache-Control} (RFC 9213): a Dictionary of RFC 9651. One that breaks its syntax counts as absent, whole (RFC 9213 §2.1);
 * a member whose value has another type than the directive wants is left out.
 */
final class TargetedCacheControl {
    private final String text;
    private int at;

    private TargetedCacheControl(String text) {
        this.text = text;
    }

    /** Null where there is none that counts: absent, empty, or malformed. */
    static @Nullable CacheControl parse(@Nullable String field) {
        if (field == null) {
            return null;
        }
        Map<String, String> directives = new HashMap<>();
        return new TargetedCacheControl(field.strip()).dictionary(directives) && !directives.isEmpty()
                ? new CacheControl(directives)
                : null;
    }

    private boolean dictionary(Map<String, String> directives) {
        while (at < text.length()) {
            String key = key();
            if (key == null) {
                return false;
            }
            String value = "";
            boolean number = false;
            if (peek() == '=') {
                at++;
                number = peek() == '-' || isDigit(peek());
                value = item();
                if (value == null) {
                    return false;
                }
            }
            if (!parameters()) {
                return false;
            }
            put(directives, key, value, number);
            skipSpaces();
            if (at == text.length()) {
                return true;
            }
            if (peek() != ',') {
                return false;
            }
            at++;
            skipSpaces();
            if (at == text.length()) {
                return false;
            }
        }
        return true;
    }

    private static void put(Map<String, String> directives, String key, String value, boolean number) {
        boolean seconds = key.endsWith("max-age")
                || key.equals("s-maxage")
                || key.equals("stale-while-revalidate")
                || key.equals("stale-if-error");
        if (value.equals("?0") || (seconds && !number)) {
            // "no-store=?0" is as good as its absence, and so are seconds that are no number.
            directives.remove(key);
        } else {
            directives.put(key, value.equals("?1") ? "" : value);
        }
    }

    private @Nullable String key() {
        int start = at;
        while (at < text.length() && isKeyChar(text.charAt(at), at == start)) {
            at++;
        }
        return at == start ? null : text.substring(start, at);
    }

    private static boolean isKeyChar(char c, boolean first) {
        return (c >= 'a' && c <= 'z') || c == '*' || (!first && (isDigit(c) || c == '_' || c == '-' || c == '.'));
    }

    /** A bare item; null where there is none. */
    private @Nullable String item() {
        int start = at;
        char first = peek();
        if (first == '"') {
            return quoted();
        }
        if (first == '?') {
            at += 2;
            return at <= text.length() && (text.charAt(at - 1) == '0' || text.charAt(at - 1) == '1')
                    ? text.substring(start, at)
                    : null;
        }
        if (first == '-' || isDigit(first)) {
            at++;
            while (isDigit(peek()) || peek() == '.') {
                at++;
            }
            return text.substring(start, at);
        }
        boolean token = first == '*' || (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
        while (token && (CacheControl.isTokenChar(peek()) || peek() == ':' || peek() == '/')) {
            at++;
        }
        return token ? text.substring(start, at) : null;
    }

    private @Nullable String quoted() {
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return value.toString();
            }
            if (c == '\\') {
                if (peek() != '"' && peek() != '\\') {
                    return null;
                }
                c = text.charAt(at++);
            }
            value.append(c);
        }
        return null;
    }

    private boolean parameters() {
        while (peek() == ';') {
            at++;
            skipSpaces();
            if (key() == null) {
                return false;
            }
            if (peek() == '=') {
                at++;
                if (item() == null) {
                    return false;
                }
            }
        }
        return true;
    }

    private void skipSpaces() {
        while (peek() == ' ' || peek() == '\t') {
            at++;
        }
    }

    /** The next character, or 0 at the end. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
