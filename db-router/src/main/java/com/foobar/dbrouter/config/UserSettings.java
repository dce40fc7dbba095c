package com.foobar.dbrouter.config;

import com.foobar.dbrouter.auth.User;
import com.foobar.dbrouter.auth.Verifier;
import com.foobar.dbrouter.protocol.Packets;
import com.foobar.dbrouter.routing.Consistency;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Secret;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the router. The same name and password are used on the servers.
 *
 * @param password what clients prove to the router, and the router to the servers; null where there is a verifier
 * @param verifier what the servers keep instead of the password, in their form ({@link Verifier#EXPECTED}); null where there
 *     is a password
 * @param consistency what the user's reads are promised; null for what holds for all
 */
public record UserSettings(
        @Description("name, as on the servers") String name,

        @Description("password, as on the servers") @Nullable
        Secret password,

        @Description("instead of the password: authentication_string of mysql.user, also as 0x and hexadecimal digits")
        @Nullable
        Secret verifier,

        @Description("what this user's reads are promised, instead of consistency") @Nullable
        Consistency consistency) {
    public UserSettings {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a user without a name (expected: 1 character or more)");
        }
        if ((password == null) == (verifier == null)) {
            throw new IllegalArgumentException("user " + name + " has " + (password == null ? "neither" : "both")
                    + " (expected: either password or verifier)");
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
            return User.withVerifier(nameOnTheWire, Verifier.parse(verifier.reveal()));
        }
        return User.withPassword(nameOnTheWire, password.reveal().getBytes(StandardCharsets.UTF_8));
    }
}
