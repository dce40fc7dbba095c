package com.foobar.lb.frontend;

import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.RequestHead;
import java.util.List;

/** Hands each request to the first route that it matches. Immutable; a request is matched by the bytes of its head, without a copy. */
final class RouteTable implements RequestHandler {
    private final List<Route> routes;
    private final RequestHandler otherwise;

    private RouteTable(List<Route> routes, RequestHandler otherwise) {
        this.routes = List.copyOf(routes);
        this.otherwise = otherwise;
    }

    /** @param otherwise answers the requests that match none of the routes */
    static RequestHandler of(List<Route> routes, RequestHandler otherwise) {
        return routes.isEmpty() ? otherwise : new RouteTable(routes, otherwise);
    }

    @Override
    public void handle(RequestStream stream) {
        target(stream.head()).handle(stream);
    }

    RequestHandler target(RequestHead head) {
        String normalPath = NormalPath.of(head);
        for (int i = 0; i < routes.size(); i++) {
            if (routes.get(i).matches(head, normalPath)) {
                return routes.get(i).target();
            }
        }
        return otherwise;
    }
}
