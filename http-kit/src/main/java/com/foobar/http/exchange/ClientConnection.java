package com.foobar.http.exchange;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The connection that a request came by.
 *
 * @param remote the client's address
 * @param remoteHost the client's IP address as text, without port, brackets or zone
 * @param local the address that the client connected to
 * @param tls whether the connection is encrypted
 * @param certificate of the client, checked; null where it has shown none
 */
public record ClientConnection(
        InetSocketAddress remote,
        String remoteHost,
        InetSocketAddress local,
        boolean tls,
        @Nullable ClientCertificate certificate) {
    /** One whose client has not shown a certificate. */
    public static ClientConnection of(InetSocketAddress remote, InetSocketAddress local, boolean tls) {
        return new ClientConnection(remote, hostText(remote), local, tls, null);
    }

    /** The same, now that the client has shown its certificate. */
    public ClientConnection with(ClientCertificate shown) {
        return new ClientConnection(remote, remoteHost, local, tls, shown);
    }

    private static String hostText(InetSocketAddress address) {
        String text = address.getAddress().getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    /** {@code https} or {@code http}. */
    public String scheme() {
        return tls ? "https" : "http";
    }
}
