package com.foobar.http.exchange;

import java.net.InetSocketAddress;

/**
 * The connection that a request came by.
 *
 * @param remote the peer's address
 * @param remoteHost the peer's IP address as text, without port, brackets or zone
 * @param local the address that the peer connected to
 * @param tls whether the connection is encrypted
 */
public record ClientConnection(InetSocketAddress remote, String remoteHost, InetSocketAddress local, boolean tls) {
    /** {@code https} or {@code http}. */
    public String scheme() {
        return tls ? "https" : "http";
    }
}
