package com.foobar.web.conditional;

import org.jspecify.annotations.Nullable;

/**
 * An entity tag (RFC 9110 §8.8.3).
 *
 * @param opaque what stands between the quotes
 * @param weak   true if two representations with this tag may differ in bytes: never enough for a range or If-Match
 */
public record EntityTag(String opaque, boolean weak) {
    public static EntityTag strong(String opaque) {
        return new EntityTag(opaque, false);
    }

    public static EntityTag weak(String opaque) {
        return new EntityTag(opaque, true);
    }

    /** As the field value of {@code ETag}: {@code "x"} or {@code W/"x"}. */
    public String header() {
        return weak ? "W/\"" + opaque + '"' : '"' + opaque + '"';
    }

    /**
     * Whether a field of {@code If-Match} or {@code If-None-Match} names this tag or is {@code *}.
     *
     * <p>A member that is no entity tag ends the list: what came before it counts, what follows does not.
     *
     * @param list   the field value; several lines joined by a comma
     * @param strong true for the strong comparison (If-Match), false for the weak one (If-None-Match), RFC 9110 §8.8.3.2
     */
    public boolean isNamedIn(String list, boolean strong) {
        if (list.strip().equals("*")) {
            return true;
        }
        Cursor cursor = new Cursor(list);
        for (EntityTag tag = cursor.next(); tag != null; tag = cursor.next()) {
            if (strong ? equalsStrongly(tag) : opaque.equals(tag.opaque)) {
                return true;
            }
        }
        return false;
    }

    /** Equal, and neither is weak. */
    public boolean equalsStrongly(EntityTag other) {
        return !weak && !other.weak && opaque.equals(other.opaque);
    }

    /** The one entity tag that the whole text is; null if it is anything else. */
    public static @Nullable EntityTag parse(String text) {
        Cursor cursor = new Cursor(text);
        EntityTag tag = cursor.next();
        return tag != null && cursor.atEnd() ? tag : null;
    }

    /** Reads a list of tags one by one; commas are allowed inside the quotes, so that splitting would be wrong. */
    private static final class Cursor {
        private final String text;
        private int at;

        Cursor(String text) {
            this.text = text;
        }

        boolean atEnd() {
            skipSeparators();
            return at == text.length();
        }

        @Nullable
        EntityTag next() {
            skipSeparators();
            boolean weak = text.startsWith("W/", at);
            int open = weak ? at + 2 : at;
            if (open >= text.length() || text.charAt(open) != '"') {
                return null;
            }
            int close = text.indexOf('"', open + 1);
            if (close < 0) {
                return null;
            }
            at = close + 1;
            return new EntityTag(text.substring(open + 1, close), weak);
        }

        private void skipSeparators() {
            while (at < text.length()
                    && (text.charAt(at) == ',' || text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
                at++;
            }
        }
    }
}
