package com.foobar.web.gateway;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.OperationalState;
import com.foobar.http.backend.ServerState;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.health.HealthChecker;
import com.foobar.http.proxy.ProxyHandler;
import com.foobar.kit.Neighbour;
import com.foobar.kit.net.NettyTransport;
import com.foobar.web.cache.ResponseCache;
import com.foobar.web.config.GatewaySettings;
import com.foobar.web.metrics.CacheMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Forwards requests for {@code /api} to the app servers that are up. Whether any is, is no matter of this service's own
 * readiness: with none the gateway answers 503 and the site's files are served on.
 */
public final class Gateway implements RequestHandler {
    private final Backend backend;
    private final HealthChecker checker;
    private final ProxyHandler proxy;
    private final @Nullable ResponseCache cache;
    private final RequestHandler first;

    /** @param instance this web server's name, for {@code Cache-Status} */
    public Gateway(
            Vertx vertx,
            NettyTransport transport,
            GatewaySettings settings,
            String instance,
            CacheMetrics cacheMetrics) {
        Clock clock = Clock.systemUTC();
        backend = Backend.of(settings.backend(), clock);
        checker = HealthChecker.of(vertx, backend, settings.check());
        proxy = new ProxyHandler(transport, backend, settings.proxy());
        cache = settings.cache().enabled()
                ? new ResponseCache(proxy, settings.cache(), settings.serverTimeout(), instance, cacheMetrics, clock)
                : null;
        first = cache == null ? proxy : cache;
    }

    /**
     * Begins to check the app servers; until the first answer each of them is down.
     *
     * @return completes when each was checked once, whatever came of it; never fails
     */
    public Future<Void> start() {
        return checker.start();
    }

    @Override
    public void handle(RequestStream stream) {
        if (ApiPaths.isAmbiguous(stream.head().target())) {
            stream.fail(new ProxyError.Malformed(400, "The path holds a dot segment."));
        } else {
            first.handle(stream);
        }
    }

    public Backend backend() {
        return backend;
    }

    /** The cache of what app servers mark cacheable; null if it is turned off. */
    public @Nullable ResponseCache cache() {
        return cache;
    }

    public ProxyHandler proxy() {
        return proxy;
    }

    /** The app servers and their state, for {@code /info}. */
    public List<Neighbour> neighbours() {
        return backend.servers().stream().map(Gateway::neighbour).toList();
    }

    private static Neighbour neighbour(BackendServer server) {
        ServerState state = server.state();
        String text = state.operational() == OperationalState.UP ? "UP" : "DOWN (" + state.reason() + ")";
        return new Neighbour(server.name(), server.address().toString(), text);
    }

    public Future<Void> stop() {
        return checker.stop().onComplete(done -> proxy.close());
    }
}
