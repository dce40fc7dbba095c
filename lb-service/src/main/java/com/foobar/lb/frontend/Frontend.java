package com.foobar.lb.frontend;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.exchange.RequestLog;
import com.foobar.http.server.HttpListener;
import com.foobar.http.server.Listener;
import com.foobar.http.server.ProxyProtocol;
import com.foobar.http.server.SocketListener;
import com.foobar.kit.StartFailure;
import com.foobar.kit.net.NettyTransport;
import com.foobar.kit.tls.UnusableCertificate;
import com.foobar.lb.config.FrontendSettings;
import com.foobar.lb.config.FrontendSettings.Mode;
import com.foobar.lb.config.LbSettings;
import com.foobar.lb.config.LimitSettings;
import com.foobar.lb.config.TimeoutSettings;
import com.foobar.lb.guard.Guard;
import com.foobar.lb.tcp.TcpBackend;
import com.foobar.lb.tcp.TcpListener;
import com.foobar.lb.tcp.TcpObserver;
import com.foobar.lb.tcp.TcpRoutes;
import com.foobar.lb.tcp.TcpTimeouts;
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

        /** Passes connections to that backend. */
        TcpBackend tcpBackend(String name);

        /** The port at which clients find that frontend; asked when requests come. */
        int publicPort(String frontend);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Frontend.class);

    private final FrontendSettings settings;
    private final String path;
    private final LbSettings all;
    private final Targets targets;
    private final Vertx vertx;
    private final @Nullable Guard guard;
    private volatile @Nullable FrontendTls tls;
    private volatile @Nullable OperatorPages pages;
    private volatile @Nullable Listener listener;
    /** The same where HTTP is spoken. */
    private volatile @Nullable HttpListener http;

    /** It takes no new connection any more. */
    private volatile boolean draining;

    /** @param index among all frontends */
    public Frontend(int index, LbSettings all, Targets targets, Vertx vertx) {
        this.settings = all.frontends().get(index);
        this.path = "frontends[" + index + "]";
        this.all = all;
        this.targets = targets;
        this.vertx = vertx;
        this.guard = settings.guard() == null ? null : new Guard(settings.guard(), System::nanoTime);
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
                limits.glitchesThreshold(),
                limits.bodyRate().bytes(),
                timeouts.body(),
                limits.extendedConnect());
    }

    public String name() {
        return settings.name();
    }

    /**
     * Reads the certificates and listens.
     *
     * @param requests is told of requests, in HTTP mode
     * @param sessions is told of connections, in TCP mode
     * @return fails with {@link StartFailure} where a certificate cannot be used or the address is taken
     */
    public Future<Void> start(NettyTransport transport, RequestLog requests, TcpObserver sessions) {
        return openTls()
                .compose(ready -> OperatorPages.open(vertx, path, settings.errorPages(), settings.maintenancePage()))
                .onSuccess(opened -> pages = opened)
                .compose(ready -> (settings.mode() == Mode.TCP
                                ? listenTcp(transport, sessions)
                                : listenHttp(transport, requests))
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

    private Future<Listener> listenHttp(NettyTransport transport, RequestLog log) {
        return HttpListener.listen(
                        transport,
                        new HttpListener.Options(
                                settings.listen().host(),
                                settings.listen().port(),
                                limits(all.limits(), all.timeouts()),
                                proxyProtocol(),
                                guard == null ? null : guard::admitConnection,
                                tls == null ? null : tls::context,
                                RequestHandling.of(
                                        settings, Objects.requireNonNull(pages), guard, all, targets, this::publicPort),
                                log,
                                Objects.requireNonNull(pages).errors()))
                .map(listening -> {
                    http = listening;
                    return listening;
                });
    }

    private Future<Listener> listenTcp(NettyTransport transport, TcpObserver observer) {
        List<TcpRoutes.ByName> routes = settings.routes().stream()
                .map(route -> new TcpRoutes.ByName(
                        Objects.requireNonNull(route.host()),
                        targets.tcpBackend(Objects.requireNonNull(route.backend()))))
                .toList();
        TimeoutSettings timeouts = all.timeouts();
        return TcpListener.listen(
                        transport,
                        new SocketListener.Options(
                                settings.listen().host(),
                                settings.listen().port(),
                                all.limits().maxconn(),
                                proxyProtocol(),
                                guard == null ? null : guard::admitSession),
                        new TcpRoutes(routes, targets.tcpBackend(all.defaultBackend(settings))),
                        new TcpTimeouts(
                                timeouts.inspectDelay(), timeouts.tunnel(), timeouts.client(), timeouts.server()),
                        observer)
                .map(listening -> listening);
    }

    private @Nullable ProxyProtocol proxyProtocol() {
        return settings.proxyProtocol() == null
                ? null
                : new ProxyProtocol(
                        settings.proxyProtocol().networks(), all.timeouts().httpRequest());
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

    /** Whether it takes new connections. */
    public boolean isListening() {
        return listener != null && !draining;
    }

    /** Open connections. */
    public int connections() {
        return listener == null ? 0 : listener.connections();
    }

    /** The most connections that were open at a time. */
    public int mostConnections() {
        return listener == null ? 0 : listener.mostConnections();
    }

    /** Connections that may be open at a time. */
    public int maxconn() {
        return all.limits().maxconn();
    }

    /** Connections let in so far: accepted, and not refused. */
    public long sessions() {
        return listener == null ? 0 : listener.sessions();
    }

    /** Whether its clients come by TLS that ends here. */
    public boolean isTls() {
        return settings.tls() != null;
    }

    /** Connections accepted so far. */
    public long accepted() {
        return listener == null ? 0 : listener.accepted();
    }

    /** Connections refused so far because {@code limits.maxconn} were open, or by the guard. */
    public long refused() {
        return listener == null ? 0 : listener.refused();
    }

    /** Frames of HTTP/2 that nothing called for or that broke the rules, by what they cost. */
    public long glitches() {
        return http == null ? 0 : http.glitches().glitches();
    }

    /** HTTP/2 connections that were ended because of them. */
    public long floods() {
        return http == null ? 0 : http.glitches().floods();
    }

    /** Takes no new connection; completes when the last request has ended. */
    public Future<Void> drain() {
        draining = true;
        return listener == null ? Future.succeededFuture() : listener.drain();
    }

    /** Closes everything at once. */
    public Future<Void> close() {
        draining = true;
        if (tls != null) {
            tls.close();
        }
        if (pages != null) {
            pages.close();
        }
        return listener == null ? Future.succeededFuture() : listener.close();
    }
}
