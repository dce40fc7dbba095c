package com.foobar.http.server;

import com.foobar.kit.net.Network;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * Who tells us by the PROXY protocol whom it speaks for. From these addresses every connection must begin with a header; from any other
 * the header would be a lie, and is taken for what it looks like: a malformed request.
 *
 * @param trusted networks of the proxies before us
 * @param timeout for the whole header; then the connection is closed
 */
public record ProxyProtocol(List<Network> trusted, Duration timeout) {
    public ProxyProtocol {
        trusted = List.copyOf(trusted);
    }

    boolean trusts(InetAddress address) {
        for (Network network : trusted) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
