package com.foobar.dbrouter.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Ulrich Drepper's SHA-256 crypt ("Unix crypt using SHA-256 and SHA-512", 2007), as {@code caching_sha2_password} keeps its
 * passwords: with a salt of 20 bytes that may have any value, and the rounds kept elsewhere. Slow on purpose: milliseconds.
 */
final class Sha256Crypt {
    /** Characters of an encoded digest. */
    static final int ENCODED_LENGTH = 43;

    private static final int DIGEST_LENGTH = 32;
    private static final String ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private Sha256Crypt() {}

    /** @return the digest in crypt's own base 64, {@value #ENCODED_LENGTH} characters */
    static String encode(byte[] password, byte[] salt, int rounds) {
        return base64(digest(password, salt, rounds));
    }

    /** @return whether these are characters of an encoded digest */
    static boolean isEncoded(String text) {
        return text.length() == ENCODED_LENGTH && text.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
    }

    private static byte[] digest(byte[] password, byte[] salt, int rounds) {
        MessageDigest sha256 = Digests.sha256();
        sha256.update(password);
        sha256.update(salt);
        byte[] mixed = sha256.digest(password);

        sha256.update(password);
        sha256.update(salt);
        sha256.update(repeat(mixed, password.length));
        for (int bits = password.length; bits > 0; bits >>= 1) {
            sha256.update((bits & 1) != 0 ? mixed : password);
        }
        byte[] result = sha256.digest();

        for (int i = 0; i < password.length; i++) {
            sha256.update(password);
        }
        byte[] p = repeat(sha256.digest(), password.length);
        for (int i = 0; i < 16 + (result[0] & 0xff); i++) {
            sha256.update(salt);
        }
        byte[] s = repeat(sha256.digest(), salt.length);

        for (int round = 0; round < rounds; round++) {
            boolean odd = (round & 1) != 0;
            sha256.update(odd ? p : result);
            if (round % 3 != 0) {
                sha256.update(s);
            }
            if (round % 7 != 0) {
                sha256.update(p);
            }
            result = sha256.digest(odd ? result : p);
        }
        return result;
    }

    private static byte[] repeat(byte[] bytes, int length) {
        byte[] repeated = new byte[length];
        for (int at = 0; at < length; at += bytes.length) {
            System.arraycopy(bytes, 0, repeated, at, Math.min(bytes.length, length - at));
        }
        return repeated;
    }

    /** Three bytes make four characters, least significant first; the bytes are taken in an order of crypt's own. */
    private static String base64(byte[] digest) {
        StringBuilder text = new StringBuilder(ENCODED_LENGTH);
        int a = 0;
        int b = 10;
        int c = 20;
        for (int group = 0; group < 10; group++) {
            append(text, digest[a], digest[b], digest[c], 4);
            a = (a + 21) % 30;
            b = (b + 21) % 30;
            c = (c + 21) % 30;
        }
        append(text, (byte) 0, digest[DIGEST_LENGTH - 1], digest[DIGEST_LENGTH - 2], 3);
        return text.toString();
    }

    private static void append(StringBuilder text, byte high, byte middle, byte low, int characters) {
        int bits = (high & 0xff) << 16 | (middle & 0xff) << 8 | (low & 0xff);
        for (int i = 0; i < characters; i++) {
            text.append(ALPHABET.charAt(bits & 0x3f));
            bits >>= 6;
        }
    }

    /** As {@link String#equals}, in a time that tells nothing. */
    static boolean isEqual(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(StandardCharsets.US_ASCII), b.getBytes(StandardCharsets.US_ASCII));
    }
}
