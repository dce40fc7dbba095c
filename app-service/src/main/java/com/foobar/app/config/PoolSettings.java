package com.foobar.app.config;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import java.time.Duration;

/**
 * The pool of connections to one router.
 *
 * @param size 1 to 1000 connections
 * @param queue 0 to 100,000: units of work that may wait for a connection; more are refused at once (503)
 * @param acquireTimeout 10 ms to 1 min: how long one may wait; then it is refused (503)
 * @param preparedStatements 16 to 10,000: statements kept prepared per connection
 */
public record PoolSettings(
        @Default("16") @Range(min = "1", max = "1000") @Description("connections to each router")
        int size,

        @Default("256")
        @Range(min = "0", max = "100000")
        @Description("units of work that may wait for a connection; more are answered 503")
        int queue,

        @Default("2s")
        @Range(min = "10ms", max = "1m")
        @Description("how long one may wait for a connection before it is answered 503")
        Duration acquireTimeout,

        @Default("128") @Range(min = "16", max = "10000") @Description("statements kept prepared per connection")
        int preparedStatements) {}
