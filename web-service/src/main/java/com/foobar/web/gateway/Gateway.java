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
import com.foobar.web.config.GatewaySettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;

/**
 * Forwards requests for {@code /api} to the app servers that are up. Whether any is, is no matter of this service's own
 * readiness: with none the gateway answers 503 and the site's files are served on.
 */
public final class Gateway implements RequestHandler {
    private final Backend backend;
    private final HealthChecker checker;
    private final ProxyHandler proxy;

    public Gateway(Vertx vertx, NettyTransport transport, GatewaySettings settings) {
        backend = Backend.of(settings.backend(), Clock.systemUTC());
        checker = HealthChecker.of(vertx, backend, settings.check());
        proxy = new ProxyHandler(transport, backend, settings.proxy());
    }

    /** Begins to check the app servers; until the first answer each of them is down. */
    public void start() {
        checker.start();
    }

    @Override
    public void handle(RequestStream stream) {
        if (ApiPaths.isAmbiguous(stream.head().target())) {
            stream.fail(new ProxyError.Malformed(400, "The path holds a dot segment."));
        } else {
            proxy.handle(stream);
        }
    }

    /** Whether every app server was checked once, whatever came of it: before that nothing is known of any. */
    public boolean knowsItsServers() {
        return backend.servers().stream().allMatch(server -> server.stats().checks() > 0);
    }

    public Backend backend() {
        return backend;
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
