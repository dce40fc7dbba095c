package com.foobar.http.proxy;

import java.time.Duration;

/**
 * How long to wait for a server.
 *
 * @param connect for one connection, and before it for the first lookup of the server's name; 2 s by default
 * @param server without a byte from the server while it owes us some, 30 s by default: 504 where the response has not begun; also of a tunnel one direction of which has ended
 * @param queue for a server that has fewer requests than its maxconn, 2 s by default: 503
 * @param tunnel without a byte in either direction after protocols were switched (WebSocket), 1 h by default: closed
 * @param total of a request, from its head to the last byte of the response; none by default: 504, or the response is cut
 */
public record ProxyTimeouts(Duration connect, Duration server, Duration queue, Duration tunnel, Duration total) {
    public static final ProxyTimeouts DEFAULTS = new ProxyTimeouts(
            Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofSeconds(2), Duration.ofHours(1), Duration.ZERO);

    public ProxyTimeouts withTunnel(Duration newTunnel) {
        return new ProxyTimeouts(connect, server, queue, newTunnel, total);
    }

    public ProxyTimeouts withTotal(Duration newTotal) {
        return new ProxyTimeouts(connect, server, queue, tunnel, newTotal);
    }
}
