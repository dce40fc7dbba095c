package com.foobar.lb.frontend;

import com.foobar.http.message.RequestHead;
import org.jspecify.annotations.Nullable;

/** A whole path, or its beginning in whole segments; compared byte by byte with the path in its {@linkplain NormalPath normal form}. */
final class PathPattern {
    private final String path;
    private final boolean exact;

    private PathPattern(String path, boolean exact) {
        this.path = path;
        this.exact = exact;
    }

    static PathPattern exact(String path) {
        return new PathPattern(path, true);
    }

    /** The path itself and everything below it; a slash at its end changes nothing. */
    static PathPattern prefix(String path) {
        return new PathPattern(path.endsWith("/") ? path.substring(0, path.length() - 1) : path, false);
    }

    /** @param normal the path in its normal form; null where the target already is of it */
    boolean matches(RequestHead head, @Nullable String normal) {
        if (normal == null) {
            return head.pathStartsWith(path) && endsAt(head, path.length());
        }
        return normal.startsWith(path)
                && (normal.length() == path.length() || (!exact && normal.charAt(path.length()) == '/'));
    }

    private boolean endsAt(RequestHead head, int length) {
        if (length == head.targetLength()) {
            return true;
        }
        byte next = head.fields().storage()[head.targetStart() + length];
        return next == '?' || (!exact && next == '/');
    }
}
