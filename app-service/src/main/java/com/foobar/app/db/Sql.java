package com.foobar.app.db;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A statement with {@code ?} for its values, which are always sent apart from the text.
 *
 * @param name what metrics call it: {@code article-by-slug}
 * @param text one of a bounded number of texts, so that it stays prepared
 */
public record Sql(String name, String text) {
    private static final int DIGEST_BYTES = 8;

    /** Of the text: the same in every process of the same version, 16 hexadecimal digits. */
    String digest() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
