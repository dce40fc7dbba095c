package com.foobar.app.config;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.settings.Range;
import com.foobar.kit.settings.Secret;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/**
 * The database, as the database routers show it.
 *
 * @param routers one or more, each of which leads to the whole database; work is spread over those that are up
 * @param database its name there
 * @param pool connections to each router
 * @param connectTimeout 100 ms to 30 s: time to open a connection to a router
 * @param answerTimeout 1 s to 10 min: a connection without any traffic for so long is closed; it bounds both a statement
 *     that is never answered and how long an unused connection is kept
 * @param slowStatement 1 ms to 10 min: a statement that takes longer is logged
 * @param attempts 1 to 10: how often a unit of work is tried where trying again is safe
 * @param idempotencyWindow 1 min to 30 days: a request with an {@code Idempotency-Key} is known for so long at least
 * @param idempotencyKeys 1 to 100,000: how many values of {@code Idempotency-Key} a user may have within that time
 * @param probeInterval 100 ms to 1 min: time between two checks of a router
 * @param readyWindow 0 s to 1 min: this instance stays ready for so long after a router last answered; longer than a router
 *     makes reads wait while there is no primary
 * @param migrate whether this instance brings the schema up to date when it starts; otherwise it waits until another has
 * @param migrationTimeout 1 min to 24 h: time for one statement of a migration, which on a large table may take long; after it the
 *     connection is given up and another router asked, where the statement is waited for if the server still carries it out
 * @param seed whether a database without users gets example users and articles
 */
public record DatabaseSettings(
        @Default("['localhost:3301']") @Description("database routers (or a server); any of them leads to all data")
        List<HostPort> routers,

        @Default("foobar") @Description("name of the database")
        String database,

        @Default("foobar_app") @Description("database user") String user,

        @Default("${FOOBAR_DB_PASSWORD:-foobar}") @Description("password of the database user")
        Secret password,

        PoolSettings pool,

        @Default("2s") @Range(min = "100ms", max = "30s") @Description("time to open a connection to a router")
        Duration connectTimeout,

        @Default("10s")
        @Range(min = "1s", max = "10m")
        @Description("a connection without traffic, or a statement without an answer, is given up after this time")
        Duration answerTimeout,

        @Default("500ms")
        @Range(min = "1ms", max = "10m")
        @Description("a statement that takes longer is logged, by digest, without its values")
        Duration slowStatement,

        @Default("3")
        @Range(min = "1", max = "10")
        @Description("how often a unit of work is tried where trying again is safe")
        int attempts,

        @Default("24h")
        @Range(min = "1m", max = "720h")
        @Description("requests with an Idempotency-Key are known for so long")
        Duration idempotencyWindow,

        @Default("1000")
        @Range(min = "1", max = "100000")
        @Description("values of Idempotency-Key that a user may have within that time: 429 above")
        int idempotencyKeys,

        @Default("1s") @Range(min = "100ms", max = "1m") @Description("time between two checks of a router")
        Duration probeInterval,

        @Default("6s")
        @Range(min = "0s", max = "1m")
        @Description("this instance stays ready for so long after a router last answered")
        Duration readyWindow,

        @Default("true") @Description("bring the schema up to date at start; otherwise wait until another instance has")
        boolean migrate,

        @Default("1h")
        @Range(min = "1m", max = "24h")
        @Description("a statement of a migration without an answer is given up after this time")
        Duration migrationTimeout,

        @Default("false") @Description("fill a database without users with example users and articles")
        boolean seed) {

    /** @throws IllegalArgumentException for no router, or one named twice */
    public DatabaseSettings {
        routers = List.copyOf(routers);
        if (routers.isEmpty()) {
            throw new IllegalArgumentException("routers: [] (expected: one or more addresses)");
        }
        if (new HashSet<>(routers).size() < routers.size()) {
            throw new IllegalArgumentException("routers: " + routers + " (expected: each address once)");
        }
    }
}
