package com.foobar.web.gateway;

/** Which requests belong to the application tier, and which of those cannot be passed on safely. */
public final class ApiPaths {
    private static final String PREFIX = "/api";

    private ApiPaths() {}

    /** Whether the path is {@code /api} or lies below it, byte by byte: {@code /apis} and {@code /%61pi} do not. */
    public static boolean contains(String target) {
        if (!target.startsWith(PREFIX)) {
            return false;
        }
        return target.length() == PREFIX.length()
                || target.charAt(PREFIX.length()) == '/'
                || target.charAt(PREFIX.length()) == '?';
    }

    /**
     * Whether the path would leave {@code /api} for somebody who resolves dot segments, or means different things to
     * different readers: a segment {@code .} or {@code ..}, its dots and separators as they are or percent-encoded.
     */
    static boolean isAmbiguous(String target) {
        int query = target.indexOf('?');
        int length = query < 0 ? target.length() : query;
        StringBuilder segment = new StringBuilder();
        for (int i = 0; i < length; ) {
            char c = target.charAt(i);
            i++;
            if (c == '%' && i + 2 <= length) {
                char decoded = decode(target.charAt(i), target.charAt(i + 1));
                if (decoded != 0) {
                    c = decoded;
                    i += 2;
                }
            }
            if (c == '/' || c == '\\') {
                if (isDots(segment)) {
                    return true;
                }
                segment.setLength(0);
            } else if (segment.length() < 3) {
                segment.append(c);
            }
        }
        return isDots(segment);
    }

    private static boolean isDots(StringBuilder segment) {
        return segment.length() > 0 && segment.length() <= 2 && segment.chars().allMatch(c -> c == '.');
    }

    /** The dot, slash or backslash that the two hexadecimal digits stand for, or 0. */
    private static char decode(char high, char low) {
        char digit = Character.toLowerCase(low);
        if (high == '2') {
            return digit == 'e' ? '.' : digit == 'f' ? '/' : 0;
        }
        return high == '5' && digit == 'c' ? '\\' : 0;
    }
}
