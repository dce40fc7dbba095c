package com.foobar.kit.observability;

import java.util.concurrent.ThreadLocalRandom;

/** Names a request in the logs of every tier. Not a secret: it need not be unguessable, only distinct. */
public final class RequestId {
    /** The field that carries it from tier to tier and back to the client. */
    public static final String FIELD = "X-Request-Id";

    private static final char[] DIGITS = "0123456789abcdefghijklmnopqrstuv".toCharArray();
    private static final int LENGTH = 20;
    private static final int MAX_LENGTH = 64;

    private RequestId() {}

    /** A new one: 100 random bits as 20 characters of 0-9a-v. */
    public static String make() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        char[] id = new char[LENGTH];
        long bits = 0;
        for (int i = 0; i < LENGTH; i++) {
            if (i % 10 == 0) {
                bits = random.nextLong();
            }
            id[i] = DIGITS[(int) (bits & 31)];
            bits >>>= 5;
        }
        return new String(id);
    }

    /** Whether one that was received may be kept: 1 to 64 characters of {@code A-Za-z0-9._-}. */
    public static boolean isAcceptable(CharSequence id) {
        if (id.length() == 0 || id.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean known = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '.'
                    || c == '_'
                    || c == '-';
            if (!known) {
                return false;
            }
        }
        return true;
    }
}
