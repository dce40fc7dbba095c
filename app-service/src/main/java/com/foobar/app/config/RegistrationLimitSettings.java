package com.foobar.app.config;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import java.time.Duration;

/**
 * How many registrations are taken, at each instance: each costs the hash of a password.
 *
 * @param address 0 to 1,000,000 from a client's address (for IPv6: from its /64 network) within the window; 0: no limit
 * @param window 1 s to 24 h: counted from the first; after it all are forgotten
 */
public record RegistrationLimitSettings(
        @Default("1000")
        @Range(min = "0", max = "1000000")
        @Description("registrations from a client's address within the window; then 429. 0: no limit")
        int address,

        @Default("5m") @Range(min = "1s", max = "24h") @Description("registrations are forgotten after this time")
        Duration window) {}
