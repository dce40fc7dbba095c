package com.foobar.http.message;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** Status codes with the phrases that RFC 9110 §15 gives them. */
public final class StatusText {
    private static final byte[][] LINES = new byte[1000][];

    static {
        for (int status = 100; status < 1000; status++) {
            LINES[status] = ("HTTP/1.1 " + status + " " + phrase(status) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        }
    }

    private StatusText() {}

    /** For example {@code Not Found}; empty for a status that has no phrase. */
    public static String phrase(int status) {
        return switch (status) {
            case 413 -> "Content Too Large";
            case 418 -> "";
            default -> {
                String phrase = HttpResponseStatus.valueOf(status).reasonPhrase();
                yield phrase.contains("(") ? "" : phrase;
            }
        };
    }

    /** The whole status line of HTTP/1.1; must not be changed. */
    public static byte[] line(int status) {
        return LINES[status];
    }
}
