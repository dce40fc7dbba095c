package com.foobar.http.exchange;

/** Answers requests. */
@FunctionalInterface
public interface RequestHandler {
    /**
     * Called once for each request, when its head is complete and checked, on the event loop of its connection; must not block. The handler answers now or later, on the same
     * event loop. An exception thrown here becomes a 500.
     */
    void handle(RequestStream stream);
}
