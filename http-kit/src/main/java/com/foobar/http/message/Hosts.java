package com.foobar.http.message;

/** The syntax of {@code Host} and {@code :authority}: a host and, if it is not the scheme's own, a port (RFC 9110 §7.2, RFC 3986 §3.2.2). */
public final class Hosts {
    private Hosts() {}

    public static boolean isValid(byte[] bytes, int start, int length) {
        int end = start + length;
        int at = start;
        if (length == 0) {
            return false;
        }
        if (bytes[at] == '[') {
            at++;
            while (at < end && (isHex(bytes[at]) || bytes[at] == ':' || bytes[at] == '.')) {
                at++;
            }
            if (at >= end || bytes[at] != ']' || at - start < 3) {
                return false;
            }
            at++;
        } else {
            while (at < end && Ascii.isHost(bytes[at]) && bytes[at] != ':' && bytes[at] != '[' && bytes[at] != ']') {
                at++;
            }
            if (at == start) {
                return false;
            }
        }
        return at == end || (bytes[at] == ':' && isPort(bytes, at + 1, end));
    }

    private static boolean isPort(byte[] bytes, int start, int end) {
        int port = 0;
        for (int i = start; i < end; i++) {
            if (bytes[i] < '0' || bytes[i] > '9' || i - start >= 5) {
                return false;
            }
            port = port * 10 + bytes[i] - '0';
        }
        return end > start && port <= 65535;
    }

    private static boolean isHex(byte b) {
        return (b >= '0' && b <= '9') || (b >= 'a' && b <= 'f') || (b >= 'A' && b <= 'F');
    }
}
