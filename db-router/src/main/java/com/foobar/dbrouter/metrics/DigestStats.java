package com.foobar.dbrouter.metrics;

import java.util.ArrayList;
import java.util.List;

/** How often a statement without its values ran, how long, and where. Belongs to one event loop. */
public final class DigestStats {
    /** Servers times reasons are few; what is beyond is not told apart. */
    private static final int MOST_ROUTES = 32;

    /** Harmless executions in a row that make it short, and those that a harmful one takes more. */
    private static final int TRUSTED = 16;

    private static final int MISTRUSTED = 256;

    /** Executions of which the fastest counts. */
    private static final int WINDOW = 256;

    private static final long MOST_ROWS = 1000;
    private static final long SHORT_NANOS = 500_000;
    private static final long LONGEST_NANOS = 50_000_000;

    private final long id;
    private final String text;
    private long count;
    private long errors;
    private long rows;
    private long least = Long.MAX_VALUE;
    private long leastBefore = Long.MAX_VALUE;
    private int sinceLeast;
    private int trust;
    private boolean asked;
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

    /**
     * What an execution showed.
     *
     * @param nanos for which the server worked on it, or was busy with others
     * @param plain whether it was answered without an error or a warning, and left the session as it was
     */
    public void worked(long nanos, boolean plain, long rowsOfIt) {
        least = Math.min(least, nanos);
        if (++sinceLeast >= WINDOW) {
            sinceLeast = 0;
            leastBefore = least;
            least = Long.MAX_VALUE;
        }
        if (nanos <= LONGEST_NANOS) {
            answered(plain, rowsOfIt);
        } else {
            isMistrusted();
        }
    }

    /**
     * What an execution showed for which nobody can tell how long the server worked on it.
     *
     * @param plain as for {@link #worked}
     */
    public void answered(boolean plain, long rowsOfIt) {
        if (plain && rowsOfIt <= MOST_ROWS) {
            trust = Math.min(trust + 1, 2 * TRUSTED);
        } else {
            isMistrusted();
        }
    }

    /** An execution has kept others waiting, or somebody had to end it. */
    public void isMistrusted() {
        trust = -MISTRUSTED;
    }

    /** Clients ask for its outcome, as by {@code FOUND_ROWS()}: others behind it would change that. */
    public void outcomeIsAsked() {
        asked = true;
    }

    /** Whether others may wait behind it: its executions have been short, and nothing but answers came of them. */
    public boolean isShort() {
        return id != StatementDigests.OTHER
                && !asked
                && trust >= TRUSTED
                && Math.min(least, leastBefore) <= SHORT_NANOS;
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
