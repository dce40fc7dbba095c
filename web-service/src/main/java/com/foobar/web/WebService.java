package com.foobar.web;

import com.foobar.http.exchange.ErrorPages;
import com.foobar.http.server.HttpListener;
import com.foobar.kit.Neighbour;
import com.foobar.kit.Readiness;
import com.foobar.kit.Service;
import com.foobar.kit.ServiceContext;
import com.foobar.kit.StartFailure;
import com.foobar.kit.net.NettyTransport;
import com.foobar.kit.observability.AccessLog;
import com.foobar.kit.observability.ServerTiming;
import com.foobar.web.cache.ResponseCache;
import com.foobar.web.config.WebSettings;
import com.foobar.web.content.ContentCheck;
import com.foobar.web.content.ContentRoot;
import com.foobar.web.content.ContentRoots;
import com.foobar.web.content.FileHandler;
import com.foobar.web.gateway.Gateway;
import com.foobar.web.metrics.CacheMetrics;
import com.foobar.web.metrics.ConnectionMetrics;
import com.foobar.web.metrics.ContentMetrics;
import com.foobar.web.metrics.RequestMetrics;
import com.foobar.web.metrics.ServerMetrics;
import com.foobar.web.metrics.WebRequestLog;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the parts and connects them. Ready means: the site can be read, and the traffic port is open. The application tier
 * does not count beyond the first check of it, before which the port is not opened: were it to, the load balancers would take every web server out when it is away, and nobody could be told
 * so; its state is in {@code /info}, in metrics, and in the gateway's 503.
 */
final class WebService implements Service {
    private static final Logger log = LoggerFactory.getLogger(WebService.class);

    private final ServiceContext<WebSettings> context;
    private final NettyTransport transport;
    private final Gateway gateway;
    private final CacheMetrics cacheMetrics = new CacheMetrics();
    private final Clock clock = Clock.systemUTC();

    /** What start has made so far; replaced by the threads that start and stop, read by any. */
    private volatile @Nullable ContentRoot content;

    private volatile @Nullable ContentCheck check;
    private volatile @Nullable HttpListener listener;
    private volatile @Nullable ErrorPages errorPages;
    private volatile boolean stopping;

    WebService(ServiceContext<WebSettings> context) {
        this.context = context;
        this.transport = NettyTransport.of(context.vertx());
        this.gateway = new Gateway(
                context.vertx(),
                transport,
                context.settings().gateway(),
                context.settings().instance(),
                cacheMetrics);
        ResponseCache cache = gateway.cache();
        if (cache != null) {
            new CacheEndpoints(cache, cacheMetrics).addTo(context.management());
        }
    }

    @Override
    public Future<Void> start() {
        return context.vertx()
                .executeBlocking(
                        () -> {
                            errorPages =
                                    ContentRoots.errorPages(context.settings().content());
                            return ContentRoots.open(context.settings().content(), clock);
                        },
                        false)
                .compose(opened -> {
                    content = opened;
                    // Nobody is let in before the app servers were looked at: a web server that was gone for a moment
                    // only is
                    // still UP to its balancers, and would answer 503 for /api although app servers are there.
                    return gateway.start().compose(checked -> listen(opened));
                });
    }

    private Future<Void> listen(ContentRoot opened) {
        WebSettings settings = context.settings();
        ContentMetrics contentMetrics =
                new ContentMetrics(context.registry(), opened::bytesInMemory, opened::filesInMemory);
        FileHandler files = new FileHandler(opened, settings.content(), contentMetrics, clock);
        WebRequestLog requestLog = new WebRequestLog(
                new RequestMetrics(context.registry()), new AccessLog(settings.log()), WebHandler::kindOf, clock);
        HttpListener.Options options = new HttpListener.Options(
                settings.listen().host(),
                settings.listen().port(),
                settings.timeouts().with(settings.limits()),
                null,
                new WebHandler(
                        files,
                        gateway,
                        errorPages,
                        settings.serverTiming() ? ServerTiming.metric("web", settings.instance()) : null,
                        this::readiness),
                requestLog);
        return HttpListener.listen(transport, options)
                .recover(e -> Future.failedFuture(StartFailure.cannotListen(
                        "listen", settings.listen().host(), settings.listen().port(), e)))
                .map(bound -> {
                    listener = bound;
                    ServerMetrics.register(context.registry(), gateway.backend());
                    ConnectionMetrics.register(context.registry(), bound, gateway.proxy());
                    registerCache();
                    ContentCheck started = new ContentCheck(context.vertx(), opened);
                    started.start();
                    check = started;
                    log.info(
                            "serving {} on {}:{}, /api to {}",
                            opened.description(),
                            settings.listen().host(),
                            bound.port(),
                            settings.gateway().servers().stream()
                                    .map(server -> server.name() + " at " + server.address())
                                    .toList());
                    return null;
                });
    }

    private void registerCache() {
        ResponseCache cache = gateway.cache();
        if (cache != null) {
            cacheMetrics.register(context.registry(), cache::bytes, cache::responses, cache::evictions);
        }
    }

    /** The traffic port; 0 before it is bound. */
    int port() {
        HttpListener bound = listener;
        return bound == null ? 0 : bound.port();
    }

    @Override
    public Readiness readiness() {
        if (stopping) {
            return Readiness.notReady("it is stopping");
        }
        ContentCheck current = check;
        if (current == null) {
            return Readiness.notReady("it is starting");
        }
        return current.readiness();
    }

    @Override
    public List<Neighbour> neighbours() {
        return gateway.neighbours();
    }

    @Override
    public void stopping() {
        stopping = true;
    }

    @Override
    public Future<Void> drain() {
        HttpListener bound = listener;
        return bound == null ? Future.succeededFuture() : bound.drain();
    }

    @Override
    public Future<Void> stop() {
        HttpListener bound = listener;
        ContentCheck current = check;
        if (current != null) {
            current.stop();
        }
        Future<Void> closed = bound == null ? Future.succeededFuture() : bound.close();
        return closed.eventually(gateway::stop).onComplete(done -> {
            ContentRoot opened = content;
            if (opened != null) {
                opened.close();
            }
        });
    }
}
