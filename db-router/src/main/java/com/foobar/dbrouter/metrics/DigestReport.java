package com.foobar.dbrouter.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * What is known of a statement without its values.
 *
 * @param id the same for the same statement, on every router; fit for a label of metrics where a text is not
 * @param count executions, answered or refused
 * @param errors of these, ended by an error
 * @param rows passed to clients
 */
public record DigestReport(
        long id, String text, long count, long errors, long rows, long totalNanos, long maxNanos, List<Route> routes) {

    public DigestReport {
        routes = List.copyOf(routes);
    }

    /** Executions on one server for one reason. */
    public record Route(String server, String reason, long count) {}

    /** Both together. */
    public DigestReport plus(DigestReport other) {
        List<Route> all = new ArrayList<>(routes);
        for (Route more : other.routes) {
            int known = -1;
            for (int i = 0; i < all.size(); i++) {
                if (all.get(i).server.equals(more.server) && all.get(i).reason.equals(more.reason)) {
                    known = i;
                }
            }
            if (known < 0) {
                all.add(more);
            } else {
                all.set(known, new Route(more.server, more.reason, all.get(known).count + more.count));
            }
        }
        return new DigestReport(
                id,
                text,
                count + other.count,
                errors + other.errors,
                rows + other.rows,
                totalNanos + other.totalNanos,
                Math.max(maxNanos, other.maxNanos),
                all);
    }
}
