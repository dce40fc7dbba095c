package com.foobar.dbrouter.pool;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import java.time.Duration;

/**
 * Connections to the servers.
 *
 * @param maxConnections to one server, over all event loops; in use, idle and being opened
 * @param maxWaiting commands that wait for a connection to one server, per event loop
 * @param waitTimeout how long a command waits for a connection
 * @param connectTimeout for TCP and login together
 * @param idleTimeout how long a connection stays open unused
 * @param maxLifetime how long a connection is used at most
 * @param maxPrepared prepared statements kept on one connection
 * @param maxShared short reads of different clients that are sent on one connection at once; 1 for none
 * @param shareFrom how many connections to a server an event loop has in use before short reads share further ones
 */
public record PoolSettings(
        @Default("100") @Range(min = "1", max = "100000") @Description("connections to one server")
        int maxConnections,

        @Default("10000")
        @Range(min = "0", max = "1000000")
        @Description("commands that may wait for a connection to one server, per event loop")
        int maxWaiting,

        @Default("5s") @Range(min = "1ms", max = "10m") @Description("how long a command waits for a connection")
        Duration waitTimeout,

        @Default("2s")
        @Range(min = "10ms", max = "1m")
        @Description("how long connecting and logging in to a server may take")
        Duration connectTimeout,

        @Default("1m") @Range(min = "100ms", max = "8h") @Description("how long an unused connection stays open")
        Duration idleTimeout,

        @Default("30m") @Range(min = "1s", max = "24h") @Description("how long a connection is used at most")
        Duration maxLifetime,

        @Default("200")
        @Range(min = "1", max = "16000")
        @Description("prepared statements kept on one server connection")
        int maxPrepared,

        @Default("8")
        @Range(min = "1", max = "1000")
        @Description("short reads of different clients sent on one server connection at once; 1 for none")
        int maxShared,

        @Default("4")
        @Range(min = "0", max = "100000")
        @Description("connections to one server that an event loop has in use before short reads share further ones")
        int shareFrom) {}
