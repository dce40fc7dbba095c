package com.foobar.lb;

import com.foobar.http.backend.BackendSettings;
import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.proxy.ForwardedMode;
import com.foobar.http.proxy.ProxySettings;
import com.foobar.http.proxy.ProxyTimeouts;
import com.foobar.http.proxyprotocol.SendProxy;
import com.foobar.kit.Neighbour;
import com.foobar.kit.Readiness;
import com.foobar.kit.Service;
import com.foobar.kit.ServiceContext;
import com.foobar.kit.net.NettyTransport;
import com.foobar.kit.observability.AccessLog;
import com.foobar.lb.config.LbSettings;
import com.foobar.lb.frontend.Frontend;
import com.foobar.lb.metrics.LbMetrics;
import com.foobar.lb.tcp.TcpBackend;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Builds the load balancer from its settings, starts and stops it. */
public final class LbService implements Service {
    private final LbSettings settings;
    private final NettyTransport transport;
    private final Map<String, ServedBackend> backends;
    private final LbMetrics metrics;
    private final AccessLog access;
    private final List<Frontend> frontends;
    private final Vertx vertx;
    /** Of the metrics that are told by the second; set at the start. */
    private volatile long ticking = -1;

    private volatile boolean stopping;
    private volatile boolean stopped;

    public LbService(ServiceContext<LbSettings> context) {
        this.settings = context.settings();
        this.vertx = context.vertx();
        this.transport = NettyTransport.of(context.vertx());
        this.backends = backends(context);
        this.frontends = frontends(context);
        this.access = new AccessLog(settings.log());
        this.metrics = new LbMetrics(
                context.registry(),
                backends.values().stream().map(ServedBackend::backend).toList(),
                context.identity(),
                eventLoops(transport),
                () -> stopping);
        metrics.watch(frontends, backend -> served(backend).proxy());
    }

    private Map<String, ServedBackend> backends(ServiceContext<LbSettings> context) {
        Map<String, ServedBackend> byName = new LinkedHashMap<>();
        for (BackendSettings backend : settings.backends()) {
            byName.put(backend.name(), new ServedBackend(context.vertx(), transport, backend, proxySettings(settings)));
        }
        return byName;
    }

    private static int eventLoops(NettyTransport transport) {
        int count = 0;
        for (EventExecutor ignored : transport.group()) {
            count++;
        }
        return count;
    }

    private ServedBackend served(String backend) {
        return Objects.requireNonNull(backends.get(backend), backend);
    }

    private static ProxySettings proxySettings(LbSettings settings) {
        return new ProxySettings(
                ForwardedMode.EDGE,
                settings.retry(),
                settings.hedging(),
                new ProxyTimeouts(
                        settings.timeouts().connect(),
                        settings.timeouts().server(),
                        settings.timeouts().queue(),
                        settings.timeouts().tunnel(),
                        settings.timeouts().total()),
                settings.connections().maxconn(),
                settings.connections().maxqueue(),
                settings.connections().idle(),
                settings.connections().idleTimeout(),
                settings.connections().unrepeatableIdle(),
                SendProxy.NONE,
                settings.connections().concurrentStreams());
    }

    private List<Frontend> frontends(ServiceContext<LbSettings> context) {
        Frontend.Targets targets = new Frontend.Targets() {
            @Override
            public RequestHandler backend(String name) {
                return served(name).handler();
            }

            @Override
            public TcpBackend tcpBackend(String name) {
                return new TcpBackend(
                        served(name).backend(),
                        served(name).proxy().admission(),
                        transport,
                        settings.timeouts().queue(),
                        settings.timeouts().connect(),
                        settings.retry().retries() + 1,
                        served(name).sendProxy());
            }

            @Override
            public int publicPort(String name) {
                return frontend(name).publicPort();
            }
        };
        return IntStream.range(0, settings.frontends().size())
                .mapToObj(index -> new Frontend(index, settings, targets, context.vertx()))
                .toList();
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
        for (int i = 0; i < settings.backends().size(); i++) {
            ServedBackend backend = served(settings.backends().get(i).name());
            String path = "backends[" + i + "]";
            started = started.compose(ready -> backend.open(path));
        }
        for (Frontend frontend : frontends) {
            started = started.compose(ready -> frontend.start(
                    transport, metrics.requests(frontend.name(), access), metrics.sessions(frontend.name(), access)));
        }
        return started.onSuccess(listening -> {
            backends.values().forEach(ServedBackend::start);
            tickAgain();
        });
    }

    /** A second after the last time, however late that was: a periodic timer would make up for what a busy loop has missed. */
    private void tickAgain() {
        ticking = vertx.setTimer(1000, timer -> {
            metrics.tick();
            if (!stopped) {
                tickAgain();
            }
        });
    }

    @Override
    public void stopping() {
        stopping = true;
    }

    @Override
    public Readiness readiness() {
        for (Frontend frontend : frontends) {
            if (!frontend.isListening()) {
                return Readiness.notReady("frontend " + frontend.name() + " does not listen yet");
            }
        }
        List<String> unavailable = backends.values().stream()
                .map(ServedBackend::backend)
                .filter(backend -> !backend.isAvailable())
                .map(backend -> "no server of backend " + backend.name() + " is up"
                        + (backend.isInPanic() ? " (those that answer at all are asked in panic)" : "") + ": "
                        + backend.describe())
                .toList();
        // With one backend of several the frontends are of use; nobody else would answer for the others either.
        return unavailable.size() < backends.size()
                ? Readiness.ready()
                : Readiness.notReady(String.join("; ", unavailable));
    }

    @Override
    public List<Neighbour> neighbours() {
        return backends.values().stream()
                .flatMap(served -> served.backend().servers().stream()
                        .map(server -> new Neighbour(
                                backends.size() == 1
                                        ? server.name()
                                        : served.backend().name() + "/" + server.name(),
                                server.address().toString(),
                                server.describeState())))
                .toList();
    }

    @Override
    public Future<Void> drain() {
        stopping = true;
        return all(Frontend::drain);
    }

    @Override
    public Future<Void> stop() {
        stopping = true;
        stopped = true;
        vertx.cancelTimer(ticking);
        return Future.join(all(Frontend::close), join(backends.values(), ServedBackend::stopChecks))
                .onComplete(closed -> backends.values().forEach(ServedBackend::close))
                .mapEmpty();
    }

    private Future<Void> all(Function<Frontend, Future<Void>> step) {
        return join(frontends, step);
    }

    private static <T> Future<Void> join(Collection<T> all, Function<T, Future<Void>> step) {
        return Future.join(all.stream().map(step).toList()).mapEmpty();
    }
}
