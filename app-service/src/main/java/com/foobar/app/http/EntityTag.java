package com.foobar.app.http;

import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The validator of an answer (RFC 9110 §8.8.3): a hash of its bytes, so that all instances agree. It is a weak one, as a tier
 * before may compress the answer.
 */
final class EntityTag {
    private static final int BYTES = 16;

    private EntityTag() {}

    /** The value of {@code ETag} for a body. */
    static String of(Buffer body) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(body.getBytes());
            return "W/\"" + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, BYTES)) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Whether what the caller has kept is still good: {@code If-None-Match} names the tag, or is {@code *} (RFC 9110 §13.1.2,
     * weak comparison).
     */
    static boolean matches(@Nullable String ifNoneMatch, String tag) {
        if (ifNoneMatch == null) {
            return false;
        }
        if (ifNoneMatch.strip().equals("*")) {
            return true;
        }
        String opaque = opaque(tag);
        // Our own tags hold no comma, so cutting a foreign one that does makes no false match.
        for (String candidate : ifNoneMatch.split(",", -1)) {
            if (opaque(candidate.strip()).equals(opaque)) {
                return true;
            }
        }
        return false;
    }

    private static String opaque(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }
}
