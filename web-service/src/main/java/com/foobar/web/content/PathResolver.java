package com.foobar.web.content;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Turns the target of a request into the name of a file below the content root, or refuses it.
 *
 * <p>The path is decoded once, and checked after that; nothing is repaired. A path that only means harm or has more than
 * one reading (a dot segment, an encoded separator, a backslash, a control character, broken percent-encoding or UTF-8)
 * is refused with 400: clients remove dot segments themselves (RFC 3986 §5.2.4), so none arrives by accident. A path that
 * is well formed but never served (a hidden file, an empty segment, a name too long for a file system) is answered 404.
 */
final class PathResolver {
    /** Where RFC 8615 puts what is hidden by its name but public: security.txt, the proofs of certificate authorities. */
    private static final String WELL_KNOWN = ".well-known";

    private static final int LONGEST_PATH = 1024;
    private static final int LONGEST_SEGMENT = 255;

    private PathResolver() {}

    /**
     * @param target the request target in origin form as it came, query included
     * @return a path without leading slash, of segments that are safe as names of files; a path that ended in a slash has
     *     {@code index.html} for its last segment
     */
    static ResolvedPath resolve(String target) {
        int query = target.indexOf('?');
        String raw = query < 0 ? target : target.substring(0, query);
        if (raw.isEmpty() || raw.charAt(0) != '/') {
            return refused(400, "the request target is not a path that begins with /");
        }
        String path;
        if (isPlain(raw)) {
            path = raw;
        } else {
            try {
                path = decode(raw);
            } catch (CharacterCodingException | IllegalArgumentException e) {
                return refused(400, "the path is not valid percent-encoded UTF-8");
            }
        }
        return check(path);
    }

    private static ResolvedPath check(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '\\' || Character.isISOControl(c)) {
                return refused(400, "the path holds a backslash or a control character");
            }
        }
        if (path.length() > LONGEST_PATH) {
            return refused(404, "no file has so long a path");
        }
        boolean folder = path.endsWith("/");
        String name = path.substring(1) + (folder ? "index.html" : "");
        for (int start = 0; start <= name.length(); ) {
            int slash = name.indexOf('/', start);
            int end = slash < 0 ? name.length() : slash;
            String segment = name.substring(start, end);
            if (segment.equals(".") || segment.equals("..")) {
                return refused(400, "the path holds a dot segment");
            }
            if (segment.isEmpty()
                    || segment.getBytes(StandardCharsets.UTF_8).length > LONGEST_SEGMENT
                    || (segment.charAt(0) == '.' && !(start == 0 && segment.equals(WELL_KNOWN)))) {
                return refused(404, "no such file");
            }
            start = end + 1;
        }
        return new ResolvedPath.Named(name, folder);
    }

    private static ResolvedPath refused(int status, String reason) {
        return new ResolvedPath.Refused(status, reason);
    }

    /** Whether decoding would change nothing. */
    private static boolean isPlain(String raw) {
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%' || c >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static String decode(String raw) throws CharacterCodingException {
        ByteBuffer bytes = ByteBuffer.allocate(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                if (i + 2 >= raw.length()) {
                    throw new IllegalArgumentException("cut short");
                }
                int value = hex(raw.charAt(i + 1)) << 4 | hex(raw.charAt(i + 2));
                if (value == '/' || value == '\\') {
                    throw new IllegalArgumentException("an encoded separator");
                }
                bytes.put((byte) value);
                i += 2;
            } else if (c >= 0x80) {
                // RFC 3986 has no such characters: which bytes were meant depends on who reads them.
                throw new IllegalArgumentException("not ASCII");
            } else {
                bytes.put((byte) c);
            }
        }
        return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    }

    private static int hex(char c) {
        int digit = c < 0x80 ? Character.digit(c, 16) : -1;
        if (digit < 0) {
            throw new IllegalArgumentException("not a hexadecimal digit");
        }
        return digit;
    }
}
