package com.foobar.lb.frontend;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.exchange.RequestLog;
import com.foobar.http.message.FieldName;
import com.foobar.http.server.HttpListener;
import com.foobar.kit.StartFailure;
import com.foobar.kit.net.NettyTransport;
import com.foobar.kit.tls.UnusableCertificate;
import com.foobar.lb.config.FrontendSettings;
import com.foobar.lb.config.HstsSettings;
import com.foobar.lb.config.LbSettings;
import com.foobar.lb.config.LimitSettings;
import com.foobar.lb.config.RouteSettings;
import com.foobar.lb.config.TimeoutSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listening address, its certificate and what is done with its requests. Started once, then closed once; the counts may be
 * read at any time from any thread.
 */
public final class Frontend {
    /** What a frontend's requests can be handed to. */
    public interface Targets {
        /** Forwards to that backend. */
        RequestHandler backend(String name);

        /** The port at which clients find that frontend; asked when requests come. */
        int publicPort(String frontend);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Frontend.class);

    private final FrontendSettings settings;
    private final String path;
    private final HttpLimits limits;
    private final RequestHandler handler;
    private final Vertx vertx;
    private volatile @Nullable FrontendTls tls;
    private volatile @Nullable HttpListener listener;

    /** @param index among all frontends */
    public Frontend(int index, LbSettings all, Targets targets, Vertx vertx) {
        this.settings = all.frontends().get(index);
        this.path = "frontends[" + index + "]";
        this.limits = limits(all.limits(), all.timeouts());
        this.handler = withHsts(routes(all, targets), hsts(settings, all.hsts()));
        this.vertx = vertx;
    }

    private RequestHandler routes(LbSettings all, Targets targets) {
        String redirectTo = settings.redirectTo();
        RequestHandler otherwise = redirectTo == null
                ? targets.backend(all.defaultBackend(settings))
                : RedirectHandler.toHttps(() -> targets.publicPort(redirectTo));
        return RouteTable.of(
                settings.routes().stream()
                        .map(route -> Route.of(route, target(route, targets)))
                        .toList(),
                otherwise);
    }

    private RequestHandler target(RouteSettings route, Targets targets) {
        return route.backend() == null
                ? RedirectHandler.to(
                        Objects.requireNonNull(route.redirect()),
                        settings.tls() == null ? "http" : "https",
                        this::publicPort)
                : targets.backend(route.backend());
    }

    private static RequestHandler withHsts(RequestHandler handler, @Nullable String hsts) {
        return hsts == null
                ? handler
                : stream -> {
                    stream.addToResponse(FieldName.STRICT_TRANSPORT_SECURITY, hsts);
                    handler.handle(stream);
                };
    }

    /** Null over plain http as well, where browsers must ignore it (RFC 6797 §8.1). */
    private static @Nullable String hsts(FrontendSettings settings, HstsSettings hsts) {
        return settings.tls() == null || settings.tls().isDevelopment() ? null : hsts.field();
    }

    private static HttpLimits limits(LimitSettings limits, TimeoutSettings timeouts) {
        return new HttpLimits(
                limits.head().toInt(),
                limits.fields(),
                limits.target().toInt(),
                limits.body().bytes(),
                timeouts.httpRequest(),
                timeouts.httpKeepAlive(),
                timeouts.client(),
                limits.maxconn(),
                limits.requestsPerConnection(),
                limits.concurrentStreams(),
                limits.glitchesThreshold());
    }

    public String name() {
        return settings.name();
    }

    /**
     * Reads the certificate and listens.
     *
     * @return fails with {@link StartFailure} where the certificate cannot be used or the address is taken
     */
    public Future<Void> start(NettyTransport transport, RequestLog log) {
        return openTls()
                .compose(ready -> HttpListener.listen(
                                transport,
                                new HttpListener.Options(
                                        settings.listen().host(),
                                        settings.listen().port(),
                                        limits,
                                        tls == null ? null : tls::context,
                                        handler,
                                        log))
                        .recover(failure -> Future.failedFuture(StartFailure.cannotListen(
                                path + ".listen",
                                settings.listen().host(),
                                settings.listen().port(),
                                failure))))
                .map(listening -> {
                    listener = listening;
                    LOG.info(
                            "frontend {} listens on {}:{}{}",
                            name(),
                            settings.listen().host(),
                            listening.port(),
                            tls == null ? "" : " with certificate " + tls);
                    return null;
                });
    }

    private Future<Void> openTls() {
        if (settings.tls() == null) {
            return Future.succeededFuture();
        }
        return FrontendTls.open(vertx, settings.tls())
                .<Void>map(opened -> {
                    tls = opened;
                    return null;
                })
                .recover(failure -> Future.failedFuture(
                        failure instanceof UnusableCertificate || failure instanceof IllegalArgumentException
                                ? new StartFailure(path + ".tls: " + failure.getMessage(), failure)
                                : failure));
    }

    /** The certificates in use. */
    public List<FrontendCertificate> certificates() {
        return tls == null ? List.of() : tls.certificates();
    }

    /** The port it listens on; 0 before it does. */
    public int port() {
        return listener == null ? 0 : listener.port();
    }

    /** The port that clients use. */
    public int publicPort() {
        return settings.publicPort() == null ? port() : settings.publicPort();
    }

    public boolean isListening() {
        return listener != null;
    }

    /** Open connections. */
    public int connections() {
        return listener == null ? 0 : listener.connections();
    }

    /** Connections accepted so far. */
    public long accepted() {
        return listener == null ? 0 : listener.accepted();
    }

    /** Connections refused so far because {@code limits.maxconn} were open. */
    public long refused() {
        return listener == null ? 0 : listener.refused();
    }

    /** Frames of HTTP/2 that nothing called for or that broke the rules, by what they cost. */
    public long glitches() {
        return listener == null ? 0 : listener.glitches().glitches();
    }

    /** HTTP/2 connections that were ended because of them. */
    public long floods() {
        return listener == null ? 0 : listener.glitches().floods();
    }

    /** Takes no new connection; completes when the last request has ended. */
    public Future<Void> drain() {
        return listener == null ? Future.succeededFuture() : listener.drain();
    }

    /** Closes everything at once. */
    public Future<Void> close() {
        if (tls != null) {
            tls.close();
        }
        return listener == null ? Future.succeededFuture() : listener.close();
    }
}
