package com.foobar.app.idempotency;

import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;

/**
 * The value of {@code Idempotency-Key}, of a caller, for one request.
 *
 * @param user who calls; 0 for nobody
 * @param hash of the value: SHA-256; where nobody calls, of the request as well, as strangers may choose the same value
 * @param fingerprint of what is asked for: SHA-256. The key is good for the same request only
 */
public record IdempotencyKey(long user, Buffer hash, Buffer fingerprint) {
    /** Name of the header field (draft-ietf-httpapi-idempotency-key-header). */
    public static final String FIELD = "Idempotency-Key";

    private static final int MAX_LENGTH = 255;

    /**
     * A key.
     *
     * @param text 1 to 255 visible ASCII characters; see {@link #isAcceptable}
     * @param request everything that makes the request what it is
     */
    public static IdempotencyKey of(long user, String text, Buffer request) {
        Buffer named = Buffer.buffer(text);
        if (user == 0) {
            named.appendString("\n").appendBuffer(request);
        }
        return new IdempotencyKey(user, sha256(named), sha256(request));
    }

    /** Whether a text can be a key. */
    public static boolean isAcceptable(String text) {
        return !text.isEmpty() && text.length() <= MAX_LENGTH && text.chars().allMatch(c -> c > ' ' && c <= '~');
    }

    private static Buffer sha256(Buffer bytes) {
        try {
            return Buffer.buffer(MessageDigest.getInstance("SHA-256").digest(bytes.getBytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The key has been used for another request. Carries no stack trace: it is an answer, not a defect. */
    public static final class Reused extends RuntimeException {
        private static final long serialVersionUID = 1;

        public Reused() {
            super("the idempotency key has been used for another request", null, false, false);
        }
    }

    /** The caller has as many keys as may be kept. Carries no stack trace: it is an answer, not a defect. */
    public static final class TooMany extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final Duration wait;

        TooMany(int limit, Duration wait) {
            super("the caller has " + limit + " live idempotency keys", null, false, false);
            this.wait = wait;
        }

        /** Until the oldest of them is forgotten. */
        public Duration mustWait() {
            return wait;
        }
    }
}
