package com.foobar.http.message;

import java.nio.charset.StandardCharsets;

/** Classes of octets in the grammar of HTTP (RFC 9110 §5.5, §5.6.2; RFC 3986 §2, §3.2.2). */
public final class Ascii {
    private static final int TOKEN = 1;
    private static final int FIELD_VALUE = 2;
    private static final int TARGET = 4;
    private static final int HOST = 8;
    private static final int FIELD_NAME = 16;
    private static final byte[] CLASSES = classes();

    private Ascii() {}

    private static byte[] classes() {
        byte[] classes = new byte[256];
        for (int c = 0; c < 256; c++) {
            boolean letterOrDigit = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            int bits = 0;
            if (letterOrDigit || (c < 128 && "!#$%&'*+-.^_`|~".indexOf(c) >= 0)) {
                bits |= TOKEN | FIELD_NAME;
            }
            if (c == '\t' || (c >= ' ' && c != 127)) {
                bits |= FIELD_VALUE;
            }
            // '#' would be a fragment, which no request carries; '"<>\^`{|}' are sent by some clients and change
            // nothing in the framing.
            if (c > ' ' && c < 127 && c != '#') {
                bits |= TARGET;
            }
            if (letterOrDigit || (c < 128 && "-._~!$&'()*+,;=:[]%".indexOf(c) >= 0)) {
                bits |= HOST;
            }
            classes[c] = (byte) bits;
        }
        return classes;
    }

    public static boolean isToken(byte b) {
        return (CLASSES[b & 0xff] & TOKEN) != 0;
    }

    /** Visible characters, space, tab and octets above 127. */
    public static boolean isFieldValue(byte b) {
        return (CLASSES[b & 0xff] & FIELD_VALUE) != 0;
    }

    /** What may stand in a request target: visible US-ASCII but for {@code #}. */
    public static boolean isTarget(byte b) {
        return (CLASSES[b & 0xff] & TARGET) != 0;
    }

    public static boolean isHost(byte b) {
        return (CLASSES[b & 0xff] & HOST) != 0;
    }

    public static boolean isToken(byte[] bytes, int start, int length) {
        for (int i = start; i < start + length; i++) {
            if (!isToken(bytes[i])) {
                return false;
            }
        }
        return length > 0;
    }

    /** Whether the range is {@code lowerCase} in any case. */
    static boolean equalsIgnoreCase(byte[] lowerCase, byte[] bytes, int start, int length) {
        if (lowerCase.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            byte b = bytes[start + i];
            if (b >= 'A' && b <= 'Z') {
                b |= 0x20;
            }
            if (b != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether the range is {@code lowerCase} in any case. */
    public static boolean equalsIgnoreCase(String lowerCase, byte[] bytes, int start, int length) {
        if (lowerCase.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            byte b = bytes[start + i];
            if (b >= 'A' && b <= 'Z') {
                b |= 0x20;
            }
            if (b != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether as many bytes here and there are the same text in any case. */
    static boolean equalsIgnoreCase(byte[] one, int oneStart, byte[] other, int otherStart, int length) {
        for (int i = 0; i < length; i++) {
            if (lowerCase(one[oneStart + i]) != lowerCase(other[otherStart + i])) {
                return false;
            }
        }
        return true;
    }

    private static int lowerCase(byte b) {
        return b >= 'A' && b <= 'Z' ? b | 0x20 : b;
    }

    static String text(byte[] bytes, int start, int length) {
        return new String(bytes, start, length, StandardCharsets.ISO_8859_1);
    }
}
