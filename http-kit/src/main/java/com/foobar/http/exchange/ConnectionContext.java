package com.foobar.http.exchange;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a connection needs to know of its listener.
 *
 * @param errorPages answered in place of our own error responses, whether a request could be read or not; or null
 * @param fileReader reads files where {@code sendfile} cannot be used
 */
public record ConnectionContext(
        ClientConnection connection,
        HttpLimits limits,
        RequestHandler handler,
        RequestLog log,
        @Nullable ErrorPages errorPages,
        Executor fileReader,
        GlitchCounters glitches) {
    /** The same for a connection of which more is known now. */
    public ConnectionContext with(ClientConnection known) {
        return new ConnectionContext(known, limits, handler, log, errorPages, fileReader, glitches);
    }
}
