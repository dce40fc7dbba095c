package com.foobar.lb;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendSettings;
import com.foobar.http.health.HealthChecker;
import com.foobar.http.proxy.ProxyHandler;
import com.foobar.http.proxy.ProxySettings;
import com.foobar.kit.net.NettyTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;

/** A backend with what is its own: its servers' checks and the connections to them. */
final class ServedBackend {
    private final Backend backend;
    private final HealthChecker checker;
    private final ProxyHandler proxy;

    ServedBackend(Vertx vertx, NettyTransport transport, BackendSettings settings, ProxySettings forwarding) {
        this.backend = Backend.of(settings, Clock.systemUTC());
        this.checker = HealthChecker.of(vertx, backend, settings.check(), settings.ejection());
        this.proxy = new ProxyHandler(transport, backend, forwarding);
    }

    Backend backend() {
        return backend;
    }

    /** Forwards requests to its servers. */
    ProxyHandler proxy() {
        return proxy;
    }

    /** Checks the servers from now on; until then none is up. */
    void start() {
        checker.start();
    }

    Future<Void> stopChecks() {
        return checker.stop();
    }

    /** Closes the connections; those in use when their response has ended. */
    void close() {
        proxy.close();
    }
}
