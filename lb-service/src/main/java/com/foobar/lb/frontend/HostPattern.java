package com.foobar.lb.frontend;

import com.foobar.http.message.Ascii;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.RequestHead;
import java.util.Locale;

/** One host, or all hosts below a domain at any depth; compared with the bytes of {@code Host}, without its port. */
final class HostPattern {
    private static final String ANY_BELOW = "*";

    private final String lowerCase;
    private final boolean below;

    /** @param host {@code www.foobar.com}, or {@code *.foobar.com} */
    HostPattern(String host) {
        this.below = host.startsWith(ANY_BELOW);
        this.lowerCase = (below ? host.substring(ANY_BELOW.length()) : host).toLowerCase(Locale.ROOT);
    }

    boolean matches(RequestHead head) {
        Fields fields = head.fields();
        int slot = fields.find(FieldName.HOST);
        if (slot < 0) {
            return false;
        }
        byte[] bytes = fields.storage();
        int start = fields.valueStart(slot);
        int length = hostLength(bytes, start, fields.valueLength(slot));
        if (below) {
            int extra = length - lowerCase.length();
            return extra > 0 && Ascii.equalsIgnoreCase(lowerCase, bytes, start + extra, lowerCase.length());
        }
        return Ascii.equalsIgnoreCase(lowerCase, bytes, start, length);
    }

    /** Without port, and without the dot at the end that makes a name absolute (RFC 1034 §3.1) and changes nothing. */
    private static int hostLength(byte[] bytes, int start, int length) {
        int end = start + length;
        if (length > 0 && bytes[start] != '[') {
            for (int i = start; i < end; i++) {
                if (bytes[i] == ':') {
                    end = i;
                }
            }
        } else {
            while (end > start && bytes[end - 1] != ']') {
                end--;
            }
        }
        return end > start + 1 && bytes[end - 1] == '.' ? end - 1 - start : end - start;
    }
}
