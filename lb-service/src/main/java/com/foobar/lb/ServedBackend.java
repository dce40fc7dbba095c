package com.foobar.lb;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendSettings;
import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.health.HealthChecker;
import com.foobar.http.proxy.ProxyHandler;
import com.foobar.http.proxy.ProxySettings;
import com.foobar.http.proxyprotocol.SendProxy;
import com.foobar.kit.net.NettyTransport;
import com.foobar.lb.frontend.OperatorPages;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A backend with what is its own: its servers' checks and the connections to them. */
final class ServedBackend {
    private final Vertx vertx;
    private final BackendSettings settings;
    private final Backend backend;
    private final HealthChecker checker;
    private final ProxyHandler proxy;
    private volatile @Nullable OperatorPages pages;

    ServedBackend(Vertx vertx, NettyTransport transport, BackendSettings settings, ProxySettings forwarding) {
        this.vertx = vertx;
        this.settings = settings;
        this.backend = Backend.of(settings, Clock.systemUTC());
        this.checker = HealthChecker.of(vertx, backend, settings.check(), settings.ejection());
        this.proxy = new ProxyHandler(transport, backend, forwarding.with(settings.sendProxy()));
    }

    Backend backend() {
        return backend;
    }

    /**
     * Reads the pages that an operator has made for it; before it is used.
     *
     * @param path of its settings
     */
    Future<Void> open(String path) {
        return OperatorPages.open(vertx, path, settings.errorPages(), settings.maintenancePage())
                .map(opened -> {
                    pages = opened;
                    return null;
                });
    }

    /** Answers requests: by its servers, or by an operator's pages. */
    RequestHandler handler() {
        return Objects.requireNonNull(pages, "not opened").before(proxy);
    }

    /** What connections to its servers begin with. */
    SendProxy sendProxy() {
        return settings.sendProxy();
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
        if (pages != null) {
            pages.close();
        }
    }
}
