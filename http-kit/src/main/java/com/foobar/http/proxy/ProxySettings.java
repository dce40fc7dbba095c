package com.foobar.http.proxy;

import java.time.Duration;

/**
 * How requests are forwarded to a backend.
 *
 * @param forwarded whether the clients' forwarding fields are believed
 * @param retry what happens to a request that its server failed
 * @param connectTimeout for one connection, and before it for the first lookup of the server's name; 2 s by default
 * @param serverTimeout without a byte from the server while it owes us some, 30 s by default: 504 where the response has not begun
 * @param queueTimeout for a free connection where all are busy, 2 s by default: 503
 * @param connectionsPerServer at the same time, of all event loops together, each of which gets an equal share and one at least; 512 by default
 * @param queuedPerServer requests that may wait for a connection, of all event loops together; 1,024 by default
 * @param idlePerLoop idle connections kept for each server on each event loop, 64 by default
 * @param idleTimeout after which an idle connection is closed; shorter than the servers', which by default close after 75 s; 30 s by default
 */
public record ProxySettings(
        ForwardedMode forwarded,
        RetrySettings retry,
        Duration connectTimeout,
        Duration serverTimeout,
        Duration queueTimeout,
        int connectionsPerServer,
        int queuedPerServer,
        int idlePerLoop,
        Duration idleTimeout) {
    public static final ProxySettings DEFAULTS = new ProxySettings(
            ForwardedMode.EDGE,
            RetrySettings.DEFAULTS,
            Duration.ofSeconds(2),
            Duration.ofSeconds(30),
            Duration.ofSeconds(2),
            512,
            1024,
            64,
            Duration.ofSeconds(30));

    public ProxySettings with(ForwardedMode newForwarded) {
        return new ProxySettings(
                newForwarded,
                retry,
                connectTimeout,
                serverTimeout,
                queueTimeout,
                connectionsPerServer,
                queuedPerServer,
                idlePerLoop,
                idleTimeout);
    }

    public ProxySettings with(RetrySettings newRetry) {
        return new ProxySettings(
                forwarded,
                newRetry,
                connectTimeout,
                serverTimeout,
                queueTimeout,
                connectionsPerServer,
                queuedPerServer,
                idlePerLoop,
                idleTimeout);
    }

    public ProxySettings withTimeouts(Duration newConnect, Duration newServer, Duration newQueue) {
        return new ProxySettings(
                forwarded,
                retry,
                newConnect,
                newServer,
                newQueue,
                connectionsPerServer,
                queuedPerServer,
                idlePerLoop,
                idleTimeout);
    }

    public ProxySettings withConnections(int newPerServer, int newQueued) {
        return new ProxySettings(
                forwarded,
                retry,
                connectTimeout,
                serverTimeout,
                queueTimeout,
                newPerServer,
                newQueued,
                idlePerLoop,
                idleTimeout);
    }
}
