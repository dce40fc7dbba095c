package com.foobar.http.message;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A request method (RFC 9110 §9). The standard ones are constants and can be compared by identity; any other token is a value of its own.
 */
public final class Method {
    public static final Method GET = new Method("GET", true, true);
    public static final Method HEAD = new Method("HEAD", true, true);
    public static final Method POST = new Method("POST", false, false);
    public static final Method PUT = new Method("PUT", false, true);
    public static final Method DELETE = new Method("DELETE", false, true);
    public static final Method PATCH = new Method("PATCH", false, false);
    public static final Method OPTIONS = new Method("OPTIONS", true, true);
    public static final Method CONNECT = new Method("CONNECT", false, false);
    public static final Method TRACE = new Method("TRACE", true, true);

    private static final Method[] STANDARD = {GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS, CONNECT, TRACE};

    private final String name;
    private final byte[] bytes;
    private final boolean safe;
    private final boolean idempotent;

    private Method(String name, boolean safe, boolean idempotent) {
        this.name = name;
        this.bytes = name.getBytes(StandardCharsets.US_ASCII);
        this.safe = safe;
        this.idempotent = idempotent;
    }

    /** The method whose token lies there; the caller has checked that it is a token. */
    public static Method of(byte[] bytes, int start, int length) {
        for (Method method : STANDARD) {
            if (method.equals(bytes, start, length)) {
                return method;
            }
        }
        return new Method(new String(bytes, start, length, StandardCharsets.US_ASCII), false, false);
    }

    /** The method of that name; the caller has checked that it is a token. */
    public static Method of(CharSequence name) {
        byte[] bytes = name.toString().getBytes(StandardCharsets.ISO_8859_1);
        return of(bytes, 0, bytes.length);
    }

    private boolean equals(byte[] other, int start, int length) {
        if (bytes.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[i] != other[start + i]) {
                return false;
            }
        }
        return true;
    }

    public String name() {
        return name;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Whether the method only reads (RFC 9110 §9.2.1). Unknown methods are not. */
    public boolean safe() {
        return safe;
    }

    /** Whether doing it twice has the effect of doing it once (RFC 9110 §9.2.2). Unknown methods are not. */
    public boolean idempotent() {
        return idempotent;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Method method && method.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
