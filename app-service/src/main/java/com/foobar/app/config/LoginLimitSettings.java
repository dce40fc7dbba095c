package com.foobar.app.config;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import java.time.Duration;

/**
 * How often somebody may fail to log in, at each instance. Attempts that succeed do not count.
 *
 * @param account 0 to 100,000 failures for an account within the window; 0: no limit
 * @param address 0 to 1,000,000 failures from a client's address (for IPv6: from its /64 network); 0: no limit
 * @param window 1 s to 24 h: counted from the first failure; after it all is forgotten
 */
public record LoginLimitSettings(
        @Default("10")
        @Range(min = "0", max = "100000")
        @Description("failed logins to an account within the window; then 429. 0: no limit")
        int account,

        @Default("100")
        @Range(min = "0", max = "1000000")
        @Description("failed logins from a client's address within the window; then 429. 0: no limit")
        int address,

        @Default("5m") @Range(min = "1s", max = "24h") @Description("failures are forgotten after this time")
        Duration window) {}
