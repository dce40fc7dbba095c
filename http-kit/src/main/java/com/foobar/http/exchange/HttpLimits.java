package com.foobar.http.exchange;

import java.time.Duration;

/**
 * What a client may cost.
 *
 * @param headBytes of request line and fields together, 16 KiB by default: 431 above; of HTTP/2's header list likewise
 * @param fields of one head, 100 by default: 431 above
 * @param targetBytes of the request target, 8 KiB by default: 414 above
 * @param bodyBytes of one decoded request body, 1 GiB by default: 413 above
 * @param headTimeout from the first byte of a head (or the connection's begin) to its end, whatever trickles in, 10 s by default: 408, an HTTP/2 connection is closed
 * @param idleTimeout between two requests of a connection, 75 s by default: closed silently
 * @param clientTimeout without progress while a body is read or a response is written, 30 s by default: 408 or closed
 * @param connections at the same time by one listener, 10,000 by default: the next are closed at once
 * @param requestsPerConnection after which a connection is closed, so that load moves to new servers of ours, 100,000 by default
 * @param concurrentStreams of one HTTP/2 connection, 100 by default
 * @param glitches that an HTTP/2 connection may have made at a time, 1,000 by default; a sixtieth of them is forgiven each second: GOAWAY ENHANCE_YOUR_CALM above
 * @param bodyRate bytes of a request's body that a client sends per second, on average over the time that it was waited for, 240 by default: 408; 0 for any
 * @param bodyGrace for which a body is waited for whatever its rate, 10 s by default
 * @param extendedConnect whether an HTTP/2 stream may become a WebSocket (RFC 8441); so by default
 */
public record HttpLimits(
        int headBytes,
        int fields,
        int targetBytes,
        long bodyBytes,
        Duration headTimeout,
        Duration idleTimeout,
        Duration clientTimeout,
        int connections,
        int requestsPerConnection,
        int concurrentStreams,
        int glitches,
        long bodyRate,
        Duration bodyGrace,
        boolean extendedConnect) {
    public static final HttpLimits DEFAULTS = new HttpLimits(
            16 * 1024,
            100,
            8 * 1024,
            1L << 30,
            Duration.ofSeconds(10),
            Duration.ofSeconds(75),
            Duration.ofSeconds(30),
            10_000,
            100_000,
            100,
            1000,
            240,
            Duration.ofSeconds(10),
            true);

    public HttpLimits withBodyBytes(long newBodyBytes) {
        return new HttpLimits(
                headBytes,
                fields,
                targetBytes,
                newBodyBytes,
                headTimeout,
                idleTimeout,
                clientTimeout,
                connections,
                requestsPerConnection,
                concurrentStreams,
                glitches,
                bodyRate,
                bodyGrace,
                extendedConnect);
    }

    public HttpLimits withConnections(int newConnections) {
        return new HttpLimits(
                headBytes,
                fields,
                targetBytes,
                bodyBytes,
                headTimeout,
                idleTimeout,
                clientTimeout,
                newConnections,
                requestsPerConnection,
                concurrentStreams,
                glitches,
                bodyRate,
                bodyGrace,
                extendedConnect);
    }

    public HttpLimits withTimeouts(Duration newHeadTimeout, Duration newIdleTimeout, Duration newClientTimeout) {
        return new HttpLimits(
                headBytes,
                fields,
                targetBytes,
                bodyBytes,
                newHeadTimeout,
                newIdleTimeout,
                newClientTimeout,
                connections,
                requestsPerConnection,
                concurrentStreams,
                glitches,
                bodyRate,
                bodyGrace,
                extendedConnect);
    }

    public HttpLimits withRequestsPerConnection(int newRequestsPerConnection) {
        return new HttpLimits(
                headBytes,
                fields,
                targetBytes,
                bodyBytes,
                headTimeout,
                idleTimeout,
                clientTimeout,
                connections,
                newRequestsPerConnection,
                concurrentStreams,
                glitches,
                bodyRate,
                bodyGrace,
                extendedConnect);
    }

    public HttpLimits withGlitches(int newGlitches) {
        return new HttpLimits(
                headBytes,
                fields,
                targetBytes,
                bodyBytes,
                headTimeout,
                idleTimeout,
                clientTimeout,
                connections,
                requestsPerConnection,
                concurrentStreams,
                newGlitches,
                bodyRate,
                bodyGrace,
                extendedConnect);
    }

    public HttpLimits withBodyRate(long newBodyRate, Duration newBodyGrace) {
        return new HttpLimits(
                headBytes,
                fields,
                targetBytes,
                bodyBytes,
                headTimeout,
                idleTimeout,
                clientTimeout,
                connections,
                requestsPerConnection,
                concurrentStreams,
                glitches,
                newBodyRate,
                newBodyGrace,
                extendedConnect);
    }

    public HttpLimits withExtendedConnect(boolean newExtendedConnect) {
        return new HttpLimits(
                headBytes,
                fields,
                targetBytes,
                bodyBytes,
                headTimeout,
                idleTimeout,
                clientTimeout,
                connections,
                requestsPerConnection,
                concurrentStreams,
                glitches,
                bodyRate,
                bodyGrace,
                newExtendedConnect);
    }
}
