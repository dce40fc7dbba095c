package com.foobar.http.health;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.EjectionSettings;
import com.foobar.http.backend.ServerObserver;
import com.foobar.http.backend.ServerStats;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes servers out of rotation at which live requests fail, though they may pass their checks (Envoy's outlier detection, HAProxy's
 * {@code observe layer7}): after failures in a row, at once, or when too large a part of an interval's requests has failed. Each
 * ejection of a server lasts longer than the one before, by one base time; an interval without trouble takes one off again.
 *
 * <p>Never more than a share of the servers, and never the last one that takes requests: a fault of all of them is not cured by
 * sending the requests nowhere.
 *
 * <p>All fields are owned by the thread of the {@link Timers}, but {@code reported}.
 */
final class Ejection {
    private static final Logger log = LoggerFactory.getLogger(Ejection.class);

    private final Timers timers;
    private final Backend backend;
    private final EjectionSettings settings;
    private final List<Watched> servers;
    private boolean running;
    private Timers.@Nullable Timer next;

    Ejection(Timers timers, Backend backend, EjectionSettings settings) {
        this.timers = timers;
        this.backend = backend;
        this.settings = settings;
        this.servers = backend.servers().stream().map(Watched::new).toList();
    }

    void start() {
        running = true;
        plan();
    }

    /** Ends all ejections as well. */
    void stop() {
        running = false;
        if (next != null) {
            next.cancel();
            next = null;
        }
        servers.forEach(Watched::readmit);
    }

    private void plan() {
        next = timers.after(settings.interval(), () -> {
            servers.forEach(Watched::judgeInterval);
            plan();
        });
    }

    private boolean mayEjectOneMore(BackendServer candidate) {
        long ejected =
                servers.stream().filter(other -> other.server.state().ejected()).count();
        int allowed = Math.max(1, servers.size() * settings.maxPercent() / 100);
        return ejected < allowed
                && backend.servers().stream().anyMatch(other -> !other.equals(candidate) && other.takesRequests());
    }

    private final class Watched implements ServerObserver {
        private final BackendServer server;
        /** Whether a row of failures waits to be looked at: of many at once, from all event loops, one is enough. */
        private final AtomicBoolean reported = new AtomicBoolean();

        /** How long the last ejection was, in base times; less by one for each quiet interval since. */
        private int times;

        private long requestsBefore;
        private long failuresBefore;
        private Timers.@Nullable Timer end;

        Watched(BackendServer server) {
            this.server = server;
            server.observe(this);
        }

        @Override
        public void failedInARow(BackendServer failed, int row) {
            int limit = settings.consecutiveFailures();
            if (limit > 0 && row >= limit && !server.state().ejected() && reported.compareAndSet(false, true)) {
                timers.execute(() -> {
                    reported.set(false);
                    eject(row + " failures in a row");
                });
            }
        }

        void judgeInterval() {
            // Without those that it was not given the time to answer, or fail.
            ServerStats stats = server.stats();
            long requests = stats.requests() + stats.sessions() - stats.outruns() - requestsBefore;
            long failures = stats.failures() - failuresBefore;
            requestsBefore += requests;
            failuresBefore += failures;
            if (server.state().ejected()) {
                return;
            }
            if (settings.errorRate() > 0
                    && requests >= settings.minRequests()
                    && failures * 100 >= settings.errorRate() * requests) {
                eject(failures + " of " + requests + " requests failed in "
                        + settings.interval().toMillis() + " ms");
            } else if (failures == 0 && times > 0) {
                times--;
            }
        }

        private void eject(String reason) {
            if (!running || server.state().ejected() || !server.takesRequests() || !mayEjectOneMore(server)) {
                return;
            }
            times++;
            Duration duration = settings.baseTime().multipliedBy(times);
            if (duration.compareTo(settings.maxTime()) > 0) {
                duration = settings.maxTime();
                // So that quiet intervals tell soon, however long the trouble was.
                times--;
            }
            log.warn("{}/{} is ejected for {} s: {}", backend.name(), server, duration.toMillis() / 1e3, reason);
            server.eject();
            end = timers.after(duration, () -> {
                log.info("{}/{} takes requests again after its ejection", backend.name(), server);
                readmit();
            });
        }

        private void readmit() {
            if (end != null) {
                end.cancel();
                end = null;
                server.readmit();
            }
        }
    }
}
