package com.foobar.dbrouter.topology;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import com.foobar.kit.settings.Secret;
import java.time.Duration;

/**
 * How the servers are watched. The servers themselves are given beside it.
 *
 * @param user the account of the control connections
 * @param interval between two checks of one server
 * @param timeout of one check; two in a row make a server unreachable, a refused or closed connection does at once
 * @param maxLag how far a replica may be behind, by its own account, to answer reads
 */
public record TopologySettings(
        @Default("foobar_monitor") @Description("account of the control connections")
        String user,

        @Default("${FOOBAR_DB_MONITOR_PASSWORD:-foobar}") @Description("its password")
        Secret password,

        @Default("500ms") @Range(min = "50ms", max = "1m") @Description("time between two checks of one server")
        Duration interval,

        @Default("2s") @Range(min = "50ms", max = "1m") @Description("time one check may take")
        Duration timeout,

        @Default("30s") @Range(min = "1s", max = "1h") @Description("how far behind a replica may be to answer reads")
        Duration maxLag) {}
