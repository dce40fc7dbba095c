package com.foobar.dbrouter.config;

import com.foobar.dbrouter.auth.User;
import com.foobar.dbrouter.auth.UserLimits;
import com.foobar.dbrouter.auth.Verifier;
import com.foobar.dbrouter.protocol.Packets;
import com.foobar.dbrouter.routing.Consistency;
import com.foobar.kit.net.Network;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import com.foobar.kit.settings.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the router. The same name and password are used on the servers.
 *
 * @param password what clients prove to the router, and the router to the servers; null where there is a verifier
 * @param verifier what the servers keep instead of the password, in their form ({@link Verifier#EXPECTED}); null where there
 *     is a password
 * @param consistency what the user's reads are promised; null for what holds for all
 * @param networks where the user may come from: addresses and networks; empty for anywhere
 * @param requireTls whether the user may come over TLS only; else error 3159
 * @param maxConnections of the user at the same time; one more gets error 1226; null for any number
 * @param maxRate statements of the user in a second, over all connections; one more gets error 1226; null for any number
 * @param maxStatementTime after which a statement is ended, with error 3024; null for never
 * @param readOnly whether everything but reading is refused, with error 1290
 */
public record UserSettings(
        @Description("name, as on the servers") String name,

        @Description("password, as on the servers") @Nullable
        Secret password,

        @Description("instead of the password: authentication_string of mysql.user, also as 0x and hexadecimal digits")
        @Nullable
        Secret verifier,

        @Description("what this user's reads are promised, instead of consistency") @Nullable
        Consistency consistency,

        @Description("where the user may come from, such as 10.0.0.0/8; none: anywhere")
        List<String> networks,

        @Default("false") @Description("refuse the user without TLS")
        boolean requireTls,

        @Description("connections of the user at the same time; none: any number")
        @Range(min = "0", max = "1000000")
        @Nullable
        Integer maxConnections,

        @Description("statements of the user in a second; none: any number")
        @Range(min = "1", max = "10000000")
        @Nullable
        Integer maxRate,

        @Description("how long a statement may take; none: as long as it takes")
        @Range(min = "1ms", max = "24h")
        @Nullable
        Duration maxStatementTime,

        @Default("false") @Description("refuse everything but reading")
        boolean readOnly) {
    public UserSettings {
        networks = List.copyOf(networks);
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a user without a name (expected: 1 character or more)");
        }
        if ((password == null) == (verifier == null)) {
            throw new IllegalArgumentException("user " + name + " has " + (password == null ? "neither" : "both")
                    + " (expected: either password or verifier)");
        }
        for (String network : networks) {
            try {
                Network ignored = Network.parse(network);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("networks of user " + name + ": " + e.getMessage(), e);
            }
        }
        if (verifier != null) {
            try {
                Verifier ignored = Verifier.parse(verifier.reveal());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "verifier of user " + name + ": " + e.getMessage() + " (expected: " + Verifier.EXPECTED + ")",
                        e);
            }
        }
    }

    /** @return the user as logins are checked against it */
    public User user() {
        String nameOnTheWire = new String(name.getBytes(StandardCharsets.UTF_8), Packets.BYTES);
        if (verifier != null) {
            return User.withVerifier(nameOnTheWire, Verifier.parse(verifier.reveal()), limits());
        }
        return User.withPassword(nameOnTheWire, password.reveal().getBytes(StandardCharsets.UTF_8), limits());
    }

    private UserLimits limits() {
        return new UserLimits(
                networks.stream().map(Network::parse).toList(),
                requireTls,
                maxConnections,
                maxRate,
                maxStatementTime,
                readOnly);
    }
}
