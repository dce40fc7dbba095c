package com.foobar.dbrouter.auth;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The digests that the authentication methods are made of; every Java platform has them. */
final class Digests {
    private Digests() {}

    static MessageDigest sha1() {
        return of("SHA-1");
    }

    static MessageDigest sha256() {
        return of("SHA-256");
    }

    private static MessageDigest of(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@code pattern} is repeated over the length of {@code bytes}. */
    static byte[] xor(byte[] bytes, byte[] pattern) {
        byte[] result = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            result[i] = (byte) (bytes[i] ^ pattern[i % pattern.length]);
        }
        return result;
    }
}
