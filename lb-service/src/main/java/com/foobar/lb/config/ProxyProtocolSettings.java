package com.foobar.lb.config;

import com.foobar.kit.net.Network;
import com.foobar.kit.settings.Description;
import java.util.List;

/**
 * Who comes with a PROXY protocol header before its connections. From these networks a header is required, from all others it is not
 * accepted.
 *
 * @param trusted addresses and networks of the proxies before us: {@code 10.0.0.0/8}
 */
public record ProxyProtocolSettings(
        @Description("networks whose connections begin with a PROXY header (v1 or v2), such as 10.0.0.0/8")
        List<String> trusted) {
    public ProxyProtocolSettings {
        trusted = List.copyOf(trusted);
        if (trusted.isEmpty()) {
            throw new IllegalArgumentException("trusted: none (expected: one network at least)");
        }
        trusted.forEach(Network::parse);
    }

    /** The same, read. */
    public List<Network> networks() {
        return trusted.stream().map(Network::parse).toList();
    }
}
