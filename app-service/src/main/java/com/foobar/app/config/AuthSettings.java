package com.foobar.app.config;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import com.foobar.kit.settings.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * How callers prove who they are.
 *
 * @param jwtKeys keys of HS256, each of 32 bytes or more: the first signs, all verify, so that a new key can be put in
 *     front and an old one removed later. The same on every instance. None: a random key, and tokens end with the process
 * @param tokenLifetime 1 min to 365 days: how long a token is good for
 * @param bcryptCost 4 to 16: each step doubles the time of a password check
 * @param threads 1 to 64: password checks at the same time
 * @param queue 1 to 10,000: password checks that may wait; more are refused (503)
 * @param loginLimit how often somebody may fail to log in
 * @param registrationLimit how many may register from one address
 */
public record AuthSettings(
        @Default("[]") @Description("keys that sign (the first) and verify (all) tokens, 32 bytes or more each")
        List<Secret> jwtKeys,

        @Default("168h") @Range(min = "1m", max = "8760h") @Description("how long a token is good for")
        Duration tokenLifetime,

        @Default("10") @Range(min = "4", max = "16") @Description("cost of bcrypt; each step doubles the time")
        int bcryptCost,

        @Default("2") @Range(min = "1", max = "64") @Description("password checks at the same time")
        int threads,

        @Default("64")
        @Range(min = "1", max = "10000")
        @Description("password checks that may wait; more are answered 503")
        int queue,

        LoginLimitSettings loginLimit,
        RegistrationLimitSettings registrationLimit) {

    /** As RFC 7518 §3.2 asks for HS256. */
    private static final int MIN_KEY_BYTES = 32;

    /** @throws IllegalArgumentException for a key that is too short */
    public AuthSettings {
        jwtKeys = List.copyOf(jwtKeys);
        for (int i = 0; i < jwtKeys.size(); i++) {
            int bytes = jwtKeys.get(i).reveal().getBytes(StandardCharsets.UTF_8).length;
            if (bytes < MIN_KEY_BYTES) {
                throw new IllegalArgumentException(
                        "jwt-keys[" + i + "]: " + bytes + " bytes (expected: " + MIN_KEY_BYTES + " or more)");
            }
        }
    }
}
