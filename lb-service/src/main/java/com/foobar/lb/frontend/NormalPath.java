package com.foobar.lb.frontend;

import com.foobar.http.message.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * The one form of all paths that servers take for the same: percent-encoding decoded but for {@code %2F}, slashes merged, {@code .} and {@code ..}
 * resolved (RFC 3986 §6.2.2). Routes are chosen by it, so that {@code /x/../%61dmin} takes the route of {@code /admin}; the
 * server gets the target as the client sent it.
 */
final class NormalPath {
    private NormalPath() {}

    /** @return null where the path is of that form as it was sent, as nearly all are */
    static @Nullable String of(RequestHead head) {
        byte[] storage = head.fields().storage();
        int start = head.targetStart();
        int end = start + head.targetLength();
        for (int i = start; i < end; i++) {
            byte b = storage[i];
            if (b == '?') {
                return null;
            }
            boolean afterSlash = i > start && storage[i - 1] == '/';
            if (b == '%' || b == '\\' || (afterSlash && (b == '/' || b == '.'))) {
                return normalise(head.path());
            }
        }
        return null;
    }

    static String normalise(String path) {
        return resolve(decode(path));
    }

    private static String decode(String path) {
        StringBuilder decoded = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            int octet = c == '%' ? octet(path, i + 1) : -1;
            if (octet >= 0 && octet != '/') {
                decoded.append((char) octet);
                i += 2;
            } else {
                decoded.append(c);
            }
        }
        return decoded.toString();
    }

    /** The octet of two hexadecimal digits, or -1 where they are none. */
    private static int octet(String path, int at) {
        if (at + 2 > path.length()) {
            return -1;
        }
        int high = Character.digit(path.charAt(at), 16);
        int low = Character.digit(path.charAt(at + 1), 16);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    /** As RFC 3986 §5.2.4 removes dot segments, with empty segments removed as well. */
    private static String resolve(String path) {
        StringBuilder resolved = new StringBuilder(path.length());
        int at = 0;
        while (at < path.length()) {
            int slash = path.indexOf('/', at);
            int end = slash < 0 ? path.length() : slash;
            String segment = path.substring(at, end);
            if (segment.equals("..")) {
                resolved.setLength(Math.max(0, resolved.lastIndexOf("/")));
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                resolved.append('/').append(segment);
            }
            at = end + 1;
        }
        return path.endsWith("/") || path.endsWith("/.") || path.endsWith("/..") || resolved.isEmpty()
                ? resolved.append('/').toString()
                : resolved.toString();
    }
}
