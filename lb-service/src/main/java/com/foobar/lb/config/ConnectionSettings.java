package com.foobar.lb.config;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import java.time.Duration;

/**
 * Connections to the servers; they are kept and used again, each by one event loop.
 *
 * @param maxconn requests that one server is given at the same time, and connections to it (not with proto: h2); others wait
 * @param maxqueue requests of a backend that may wait while all its servers have that many; then 503
 * @param idle that each event loop keeps to one server
 * @param idleTimeout after which an idle one is closed; must be shorter than the servers' own, or requests are sent into a
 *     connection that is being closed
 * @param unrepeatableIdle one that has been idle for as long is given no request that must not be sent twice, or cannot be, as the
 *     server may be closing it; zero: such a request has a new one, or one of HTTP/2 that has just answered a PING
 * @param concurrentStreams requests at the same time on one HTTP/2 connection, if the server allows as many
 */
public record ConnectionSettings(
        @Default("512")
        @Range(min = "1", max = "1000000")
        @Description(
                "requests that one server is given at the same time, and connections to it (not with proto: h2); others wait")
        int maxconn,

        @Default("1024")
        @Range(min = "0", max = "1000000")
        @Description("requests of a backend that may wait while all its servers have that many; then 503")
        int maxqueue,

        @Default("64")
        @Range(min = "0", max = "100000")
        @Description("idle connections that each event loop keeps to one server")
        int idle,

        @Default("30s")
        @Range(min = "100ms", max = "1h")
        @Description("time after which an idle connection is closed; shorter than the server's own")
        Duration idleTimeout,

        @Default("1s")
        @Range(min = "0s", max = "1h")
        @Description(
                "time after which an idle connection carries no request that must not, or cannot, be sent twice; 0s: none does")
        Duration unrepeatableIdle,

        @Default("100")
        @Range(min = "1", max = "1000")
        @Description("requests at the same time on one HTTP/2 connection to a server, if it allows as many")
        int concurrentStreams) {}
