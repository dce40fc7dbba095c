package com.foobar.lb;

import com.foobar.http.backend.Backend;
import com.foobar.http.health.HealthChecker;
import com.foobar.http.proxy.ForwardedMode;
import com.foobar.http.proxy.ProxyHandler;
import com.foobar.http.proxy.ProxySettings;
import com.foobar.kit.Neighbour;
import com.foobar.kit.Readiness;
import com.foobar.kit.Service;
import com.foobar.kit.ServiceContext;
import com.foobar.kit.net.NettyTransport;
import com.foobar.kit.observability.AccessLog;
import com.foobar.lb.config.FrontendSettings;
import com.foobar.lb.config.LbSettings;
import com.foobar.lb.frontend.Frontend;
import com.foobar.lb.metrics.LbMetrics;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Builds the load balancer from its settings, starts and stops it. */
public final class LbService implements Service {
    private final LbSettings settings;
    private final NettyTransport transport;
    private final Backend backend;
    private final HealthChecker checker;
    private final ProxyHandler proxy;
    private final LbMetrics metrics;
    private final AccessLog access;
    private final List<Frontend> frontends;

    public LbService(ServiceContext<LbSettings> context) {
        this.settings = context.settings();
        this.transport = NettyTransport.of(context.vertx());
        this.backend = Backend.of(settings.backend(), Clock.systemUTC());
        this.checker =
                HealthChecker.http(context.vertx(), backend, settings.backend().check());
        this.proxy = new ProxyHandler(transport, backend, proxySettings(settings));
        this.frontends = frontends(context);
        this.access = new AccessLog(settings.log());
        this.metrics = new LbMetrics(context.registry(), backend);
        metrics.watch(frontends, proxy::connections);
    }

    private static ProxySettings proxySettings(LbSettings settings) {
        return new ProxySettings(
                ForwardedMode.EDGE,
                settings.retry().retries() + 1,
                settings.timeouts().connect(),
                settings.timeouts().server(),
                settings.timeouts().queue(),
                settings.connections().maxconn(),
                settings.connections().maxqueue(),
                settings.connections().idle(),
                settings.connections().idleTimeout(),
                settings.retry().buffer().toInt());
    }

    private List<Frontend> frontends(ServiceContext<LbSettings> context) {
        Map<String, Frontend> byName = new LinkedHashMap<>();
        List<FrontendSettings> all = settings.frontends();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).redirectTo() == null) {
                byName.put(all.get(i).name(), Frontend.forwarding(i, settings, proxy, context.vertx()));
            }
        }
        for (int i = 0; i < all.size(); i++) {
            String target = all.get(i).redirectTo();
            if (target != null) {
                byName.put(all.get(i).name(), Frontend.redirecting(i, settings, byName.get(target), context.vertx()));
            }
        }
        return List.copyOf(byName.values());
    }

    /** The frontend of that name; for those who need its port. */
    public Frontend frontend(String name) {
        return frontends.stream()
                .filter(frontend -> frontend.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no frontend is named " + name));
    }

    @Override
    public Future<Void> start() {
        Future<Void> started = Future.succeededFuture();
        for (Frontend frontend : frontends) {
            started = started.compose(ready -> frontend.start(transport, metrics.log(frontend.name(), access)));
        }
        return started.onSuccess(listening -> checker.start());
    }

    @Override
    public Readiness readiness() {
        for (Frontend frontend : frontends) {
            if (!frontend.isListening()) {
                return Readiness.notReady("frontend " + frontend.name() + " does not listen yet");
            }
        }
        return backend.isAvailable()
                ? Readiness.ready()
                : Readiness.notReady("no server of backend " + backend.name() + " is up: " + backend.describe());
    }

    @Override
    public List<Neighbour> neighbours() {
        return backend.servers().stream()
                .map(server -> new Neighbour(server.name(), server.address().toString(), server.describeState()))
                .toList();
    }

    @Override
    public Future<Void> drain() {
        return all(Frontend::drain);
    }

    @Override
    public Future<Void> stop() {
        return Future.join(checker.stop(), all(Frontend::close))
                .onComplete(closed -> proxy.close())
                .mapEmpty();
    }

    private Future<Void> all(Function<Frontend, Future<Void>> step) {
        List<Future<Void>> steps = new ArrayList<>();
        frontends.forEach(frontend -> steps.add(step.apply(frontend)));
        return Future.join(steps).mapEmpty();
    }
}
