package com.foobar.http.proxy;

import com.foobar.http.proxyprotocol.SendProxy;
import java.time.Duration;

/**
 * How requests are forwarded to a backend.
 *
 * @param forwarded whether the clients' forwarding fields are believed
 * @param retry what happens to a request that its server failed
 * @param hedging what happens to a request whose answer is late; nothing by default
 * @param timeouts how long to wait for whom
 * @param connectionsPerServer requests that a server is given at the same time, and connections to it (not with proto: h2); 512 by default
 * @param queued requests that may wait while all servers have that many; 1,024 by default
 * @param idlePerLoop idle connections kept for each server on each event loop, 64 by default
 * @param idleTimeout after which an idle connection is closed; shorter than the servers', which by default close after 75 s; 30 s by default
 * @param unrepeatableIdle a connection that has been idle for as long carries no request that must not, or cannot, be sent again, as the server may be closing it; zero: each such
 *     request has a new connection, or one of HTTP/2 that has just answered a PING; 1 s by default
 * @param sendProxy what connections begin with; with a header each of them carries one request, as it tells of one client
 * @param streamsPerConnection requests at the same time on one HTTP/2 connection to a server, if it allows as many; 100 by default
 */
public record ProxySettings(
        ForwardedMode forwarded,
        RetrySettings retry,
        HedgingSettings hedging,
        ProxyTimeouts timeouts,
        int connectionsPerServer,
        int queued,
        int idlePerLoop,
        Duration idleTimeout,
        Duration unrepeatableIdle,
        SendProxy sendProxy,
        int streamsPerConnection) {
    public static final ProxySettings DEFAULTS = new ProxySettings(
            ForwardedMode.EDGE,
            RetrySettings.DEFAULTS,
            HedgingSettings.OFF,
            ProxyTimeouts.DEFAULTS,
            512,
            1024,
            64,
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            SendProxy.NONE,
            100);

    public ProxySettings with(ForwardedMode newForwarded) {
        return new ProxySettings(
                newForwarded,
                retry,
                hedging,
                timeouts,
                connectionsPerServer,
                queued,
                idlePerLoop,
                idleTimeout,
                unrepeatableIdle,
                sendProxy,
                streamsPerConnection);
    }

    public ProxySettings with(RetrySettings newRetry) {
        return new ProxySettings(
                forwarded,
                newRetry,
                hedging,
                timeouts,
                connectionsPerServer,
                queued,
                idlePerLoop,
                idleTimeout,
                unrepeatableIdle,
                sendProxy,
                streamsPerConnection);
    }

    public ProxySettings with(SendProxy newSendProxy) {
        return new ProxySettings(
                forwarded,
                retry,
                hedging,
                timeouts,
                connectionsPerServer,
                queued,
                idlePerLoop,
                idleTimeout,
                unrepeatableIdle,
                newSendProxy,
                streamsPerConnection);
    }

    public ProxySettings with(HedgingSettings newHedging) {
        return new ProxySettings(
                forwarded,
                retry,
                newHedging,
                timeouts,
                connectionsPerServer,
                queued,
                idlePerLoop,
                idleTimeout,
                unrepeatableIdle,
                sendProxy,
                streamsPerConnection);
    }

    public ProxySettings with(ProxyTimeouts newTimeouts) {
        return new ProxySettings(
                forwarded,
                retry,
                hedging,
                newTimeouts,
                connectionsPerServer,
                queued,
                idlePerLoop,
                idleTimeout,
                unrepeatableIdle,
                sendProxy,
                streamsPerConnection);
    }

    public ProxySettings withTimeouts(Duration newConnect, Duration newServer, Duration newQueue) {
        return with(new ProxyTimeouts(newConnect, newServer, newQueue, timeouts.tunnel(), timeouts.total()));
    }

    public ProxySettings withConnections(int newPerServer, int newQueued) {
        return new ProxySettings(
                forwarded,
                retry,
                hedging,
                timeouts,
                newPerServer,
                newQueued,
                idlePerLoop,
                idleTimeout,
                unrepeatableIdle,
                sendProxy,
                streamsPerConnection);
    }

    public ProxySettings withIdleTimeout(Duration newIdleTimeout) {
        return new ProxySettings(
                forwarded,
                retry,
                hedging,
                timeouts,
                connectionsPerServer,
                queued,
                idlePerLoop,
                newIdleTimeout,
                unrepeatableIdle,
                sendProxy,
                streamsPerConnection);
    }

    public ProxySettings withUnrepeatableIdle(Duration newUnrepeatableIdle) {
        return new ProxySettings(
                forwarded,
                retry,
                hedging,
                timeouts,
                connectionsPerServer,
                queued,
                idlePerLoop,
                idleTimeout,
                newUnrepeatableIdle,
                sendProxy,
                streamsPerConnection);
    }

    public ProxySettings withStreams(int newPerConnection) {
        return new ProxySettings(
                forwarded,
                retry,
                hedging,
                timeouts,
                connectionsPerServer,
                queued,
                idlePerLoop,
                idleTimeout,
                unrepeatableIdle,
                sendProxy,
                newPerConnection);
    }
}
