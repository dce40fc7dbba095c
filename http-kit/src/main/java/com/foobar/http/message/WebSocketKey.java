package com.foobar.http.message;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/** The two fields by which both sides of a WebSocket handshake of HTTP/1.1 show that they mean it (RFC 6455 §4); HTTP/2 has no need of them (RFC 8441 §5). */
public final class WebSocketKey {
    /** Field of the request. */
    public static final String KEY = "sec-websocket-key";
    /** Field of the answer. */
    public static final String ACCEPT = "sec-websocket-accept";

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private WebSocketKey() {}

    /** A new key. It protects against caches, not against people, and so need not be hard to guess. */
    public static String next() {
        byte[] nonce = new byte[16];
        ThreadLocalRandom.current().nextBytes(nonce);
        return Base64.getEncoder().encodeToString(nonce);
    }

    /** What a server that accepts the handshake answers to that key. */
    public static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
