package com.foobar.http.exchange;

import java.util.concurrent.Executor;

/**
 * What a connection needs to know of its listener.
 *
 * @param fileReader reads files where {@code sendfile} cannot be used
 */
public record ConnectionContext(
        ClientConnection connection, HttpLimits limits, RequestHandler handler, RequestLog log, Executor fileReader) {}
