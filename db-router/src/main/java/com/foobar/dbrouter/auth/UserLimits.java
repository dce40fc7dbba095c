package com.foobar.dbrouter.auth;

import com.foobar.kit.net.Network;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user may do, beside what the servers say.
 *
 * @param networks where it may come from; empty for anywhere
 * @param requireTls whether it may come over TLS only
 * @param maxConnections at the same time; null for any number
 * @param maxRate statements per second, over all its connections; null for any number
 * @param maxStatementTime after which a statement is ended; null for never
 * @param readOnly whether it may not write
 */
public record UserLimits(
        List<Network> networks,
        boolean requireTls,
        @Nullable Integer maxConnections,
        @Nullable Integer maxRate,
        @Nullable Duration maxStatementTime,
        boolean readOnly) {
    public static final UserLimits NONE = new UserLimits(List.of(), false, null, null, null, false);

    public UserLimits {
        networks = List.copyOf(networks);
    }

    /** @return whether the user may come from there */
    public boolean allows(InetAddress address) {
        return networks.isEmpty() || networks.stream().anyMatch(network -> network.contains(address));
    }
}
