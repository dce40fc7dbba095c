package com.foobar.dbrouter.metrics;

import java.util.ArrayList;
import java.util.List;

/** How often a statement without its values ran, how long, and where. Belongs to one event loop. */
public final class DigestStats {
    /** Servers times reasons are few; what is beyond is not told apart. */
    private static final int MOST_ROUTES = 32;

    private final long id;
    private final String text;
    private long count;
    private long errors;
    private long rows;
    private long totalNanos;
    private long maxNanos;
    private final List<Route> routes = new ArrayList<>(2);

    DigestStats(long id, String text) {
        this.id = id;
        this.text = text;
    }

    private static final class Route {
        private final String server;
        private final Enum<?> reason;
        private long count;

        Route(String server, Enum<?> reason) {
            this.server = server;
            this.reason = reason;
        }
    }

    /** The statement without its values. */
    public String text() {
        return text;
    }

    /** A server has answered it. */
    public void ran(String server, Enum<?> reason, long nanos, long moreRows, boolean failed) {
        count++;
        errors += failed ? 1 : 0;
        rows += moreRows;
        totalNanos += nanos;
        maxNanos = Math.max(maxNanos, nanos);
        for (int i = 0; i < routes.size(); i++) {
            Route route = routes.get(i);
            if (route.reason == reason && route.server.equals(server)) {
                route.count++;
                return;
            }
        }
        if (routes.size() < MOST_ROUTES) {
            Route route = new Route(server, reason);
            route.count = 1;
            routes.add(route);
        }
    }

    /** The router has refused it. */
    public void refused() {
        count++;
        errors++;
    }

    /** What it is now. */
    DigestReport report() {
        return new DigestReport(
                id,
                text,
                count,
                errors,
                rows,
                totalNanos,
                maxNanos,
                routes.stream()
                        .map(route -> new DigestReport.Route(route.server, route.reason.name(), route.count))
                        .toList());
    }
}
