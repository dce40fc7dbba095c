package com.foobar.http.exchange;

import java.util.concurrent.Executor;

/**
 * What a connection needs to know of its listener.
 *
 * @param fileReader reads files where {@code sendfile} cannot be used
 */
public record ConnectionContext(
        ClientConnection connection,
        HttpLimits limits,
        RequestHandler handler,
        RequestLog log,
        Executor fileReader,
        GlitchCounters glitches) {
    /** The same for a connection of which more is known now. */
    public ConnectionContext with(ClientConnection known) {
        return new ConnectionContext(known, limits, handler, log, fileReader, glitches);
    }
}
