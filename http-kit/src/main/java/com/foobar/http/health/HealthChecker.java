package com.foobar.http.health;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.EjectionSettings;
import com.foobar.http.backend.HealthCheckSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;

/**
 * Checks the servers of a backend for as long as it runs, and sets their operational state.
 *
 * <p>All of its work is done on one event loop, the one it was started on or one of its own if it was not started on any.
 */
public final class HealthChecker {
    private final Timers timers;
    private final Check check;
    private final Ejection ejection;
    private final List<ServerHealth> servers;

    /** Checks as the settings say, and ejects nobody. */
    public static HealthChecker of(Vertx vertx, Backend backend, HealthCheckSettings settings) {
        return of(vertx, backend, settings, EjectionSettings.OFF);
    }

    /** Checks, and ejects servers at which live requests fail, as the settings say. */
    public static HealthChecker of(
            Vertx vertx, Backend backend, HealthCheckSettings settings, EjectionSettings ejection) {
        Check check =
                switch (settings.type()) {
                    case HTTP ->
                        new HttpCheck(vertx, settings, backend.servers().size());
                    case TCP -> new TcpCheck(vertx, settings);
                    case MYSQL -> new MysqlCheck(vertx, settings);
                };
        return new HealthChecker(new VertxTimers(vertx), backend, settings, check, ejection);
    }

    HealthChecker(
            Timers timers, Backend backend, HealthCheckSettings settings, Check check, EjectionSettings ejection) {
        this.timers = timers;
        this.check = check;
        this.ejection = new Ejection(timers, backend, ejection);
        this.servers = backend.servers().stream()
                .map(server -> new ServerHealth(backend.name(), server, settings, check, timers))
                .toList();
    }

    /**
     * Checks every server at once, then again and again.
     *
     * @return completes when each has been checked once, whatever came of it, after the time limit of a check at the latest;
     *     until then nothing is known of some. Never fails.
     */
    public Future<Void> start() {
        servers.forEach(server -> timers.execute(server::start));
        timers.execute(ejection::start);
        return Future.join(servers.stream().map(ServerHealth::known).toList()).mapEmpty();
    }

    /** Ends all checks; the servers keep the state they have. */
    public Future<Void> stop() {
        Promise<Void> stopped = Promise.promise();
        // First no more checks, then nothing to make them with.
        timers.execute(() -> {
            servers.forEach(ServerHealth::stop);
            ejection.stop();
            check.close().onComplete(stopped);
        });
        return stopped.future();
    }
}
