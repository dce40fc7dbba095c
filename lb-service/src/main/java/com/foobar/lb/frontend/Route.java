package com.foobar.lb.frontend;

import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.message.Method;
import com.foobar.http.message.RequestHead;
import com.foobar.lb.config.RouteSettings;
import org.jspecify.annotations.Nullable;

/**
 * Conditions and who answers the requests that meet all of them.
 *
 * @param host any where null, as with the others
 */
record Route(
        @Nullable HostPattern host,
        @Nullable PathPattern path,
        @Nullable FieldPattern field,
        @Nullable Method method,
        RequestHandler target) {

    static Route of(RouteSettings settings, RequestHandler target) {
        return new Route(
                settings.host() == null ? null : new HostPattern(settings.host()),
                path(settings),
                settings.header() == null ? null : new FieldPattern(settings.header()),
                settings.method() == null ? null : Method.of(settings.method()),
                target);
    }

    private static @Nullable PathPattern path(RouteSettings settings) {
        if (settings.pathExact() != null) {
            return PathPattern.exact(settings.pathExact());
        }
        return settings.path() == null ? null : PathPattern.prefix(settings.path());
    }

    /** @param normalPath the request's path in its normal form; null where it is as it was sent */
    boolean matches(RequestHead head, @Nullable String normalPath) {
        return (path == null || path.matches(head, normalPath))
                && (host == null || host.matches(head))
                && (method == null || method.equals(head.method()))
                && (field == null || field.matches(head.fields()));
    }
}
