package com.foobar.lb.frontend;

import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.message.FieldName;
import com.foobar.kit.observability.ServerTiming;
import com.foobar.lb.config.FrontendSettings;
import com.foobar.lb.config.HstsSettings;
import com.foobar.lb.config.LbSettings;
import com.foobar.lb.config.RouteSettings;
import com.foobar.lb.frontend.Frontend.Targets;
import com.foobar.lb.guard.Guard;
import java.util.Objects;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Builds what a frontend does with its requests: its routes, its redirect or default backend, and what is added to all answers. */
final class RequestHandling {
    private final FrontendSettings settings;
    private final Targets targets;
    private final IntSupplier publicPort;

    private RequestHandling(FrontendSettings settings, Targets targets, IntSupplier publicPort) {
        this.settings = settings;
        this.targets = targets;
        this.publicPort = publicPort;
    }

    /**
     * @param pages of the frontend
     * @param guard before all of it, or null for none
     * @param publicPort that clients of the frontend use; asked when requests come
     */
    static RequestHandler of(
            FrontendSettings settings,
            OperatorPages pages,
            @Nullable Guard guard,
            LbSettings all,
            Targets targets,
            IntSupplier publicPort) {
        RequestHandling handling = new RequestHandling(settings, targets, publicPort);
        RequestHandler routes = pages.maintenanceBefore(handling.routes(all));
        RequestHandler guarded = guard == null ? routes : guard.before(routes);
        return withServerTiming(withHsts(guarded, hsts(settings, all.hsts())), all);
    }

    private RequestHandler routes(LbSettings all) {
        String redirectTo = settings.redirectTo();
        RequestHandler otherwise = redirectTo == null
                ? targets.backend(all.defaultBackend(settings))
                : RedirectHandler.toHttps(() -> targets.publicPort(redirectTo));
        return RouteTable.of(
                settings.routes().stream()
                        .map(route -> Route.of(route, target(route)))
                        .toList(),
                otherwise);
    }

    private RequestHandler target(RouteSettings route) {
        return route.backend() == null
                ? RedirectHandler.to(
                        Objects.requireNonNull(route.redirect()), settings.tls() == null ? "http" : "https", publicPort)
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

    private static RequestHandler withServerTiming(RequestHandler handler, LbSettings all) {
        if (!all.serverTiming()) {
            return handler;
        }
        String metric = ServerTiming.metric("lb", all.instance());
        return stream -> {
            stream.addServerTiming(metric);
            handler.handle(stream);
        };
    }

    /** Null over plain http as well, where browsers must ignore it (RFC 6797 §8.1). */
    private static @Nullable String hsts(FrontendSettings settings, HstsSettings hsts) {
        return settings.tls() == null || settings.tls().isDevelopment() ? null : hsts.field();
    }
}
