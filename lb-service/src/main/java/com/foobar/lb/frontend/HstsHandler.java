package com.foobar.lb.frontend;

import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.exchange.RequestStream;

/** Adds {@code Strict-Transport-Security} (RFC 6797 §7.1) to every response, whoever makes it: a server, or we ourselves as an error. */
final class HstsHandler implements RequestHandler {
    private final RequestHandler next;
    private final String value;

    /** @param value of the field */
    HstsHandler(RequestHandler next, String value) {
        this.next = next;
        this.value = value;
    }

    @Override
    public void handle(RequestStream stream) {
        next.handle(new HstsStream(stream, value));
    }
}
