package com.foobar.lb.metrics;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.CheckStatus;
import com.foobar.http.backend.ServerStats;
import java.util.List;
import java.util.function.Predicate;

/** Metrics of the backends and of each of their servers: states, requests, checks; read from the servers' own counts. */
final class BackendMetrics {
    /** HAProxy's words. */
    private static final List<String> STATES = List.of("DOWN", "UP", "MAINT", "DRAIN", "NOLB");

    private final MetricFamilies families;

    private final BackendTraffic.Table traffic;

    private BackendMetrics(MetricFamilies families, BackendTraffic.Table traffic) {
        this.families = families;
        this.traffic = traffic;
    }

    static void register(MetricFamilies families, BackendTraffic.Table traffic) {
        BackendMetrics metrics = new BackendMetrics(families, traffic);
        metrics.states();
        metrics.shares();
        metrics.requests();
        metrics.checks();
    }

    private void states() {
        families.serverStates(
                "status",
                "1 for the state that the server is in, 0 for the others.",
                (server, values) -> STATES.forEach(state ->
                        values.accept(state, state.equals(server.state().word()) ? 1 : 0)));
        families.backendStates(
                "status",
                "1 for the state that the backend is in (UP: a server takes requests), 0 for the other.",
                (backend, values) -> {
                    boolean up = backend.isAvailable();
                    values.accept("UP", up ? 1 : 0);
                    values.accept("DOWN", up ? 0 : 1);
                });
        families.backendStates(
                "agg_server_status",
                "How many servers are in that state.",
                (backend, values) -> STATES.forEach(state -> values.accept(
                        state, count(backend, server -> server.state().word().equals(state)))));
        families.backendStates(
                "agg_check_status", "Of how many servers the last health check came to that.", (backend, values) -> {
                    for (CheckStatus status : CheckStatus.values()) {
                        values.accept(
                                status.name(),
                                count(backend, server -> server.stats().lastCheckStatus() == status));
                    }
                });
        families.backendGauge(
                "active_servers",
                "Servers that take requests, backup servers not counted.",
                backend -> taking(backend, false));
        families.backendGauge(
                "backup_servers", "Backup servers that could take requests.", backend -> taking(backend, true));
        families.backendGauge(
                "panic",
                "1 while so few servers are up that checks are ignored, 0 otherwise.",
                backend -> backend.isInPanic() ? 1 : 0);
        families.serverGauge(
                "check_last_change_seconds",
                "Time since the server went up or down.",
                server -> server.timeInState().toMillis() / 1e3);
        families.backendGauge(
                "check_last_change_seconds",
                "Time since the backend went up or down.",
                backend -> backend.timeInState().toMillis() / 1e3);
        families.serverCounter(
                "downtime_seconds_total",
                "Time that the server has been down.",
                (backend, server) -> server.downtime().toMillis() / 1e3);
        families.backendCounter(
                "downtime_seconds_total",
                "Time that no server of the backend took requests.",
                backend -> backend.downtime().toMillis() / 1e3);
    }

    private static double taking(Backend backend, boolean backup) {
        return count(backend, server -> server.isBackup() == backup && server.takesRequests());
    }

    private static int count(Backend backend, Predicate<BackendServer> which) {
        return (int) backend.servers().stream().filter(which).count();
    }

    private void shares() {
        families.serverGauge(
                "active", "1 for a server that is no backup, 0 for a backup.", server -> server.isBackup() ? 0 : 1);
        families.serverGauge("backup", "1 for a backup, 0 for any other server.", server -> server.isBackup() ? 1 : 0);
        families.serverGauge(
                "current_throttle",
                "Percent of its share that the server gets: below 100 during its slow start.",
                server -> Math.floor(100 * server.ramp()));
        families.serverGauge(
                "weight",
                "Share of the requests relative to the other servers, as it is during a slow start.",
                server -> effectiveWeight(server));
        families.serverGauge(
                "uweight", "Share of the requests relative to the other servers.", server -> server.weight());
        families.backendGauge(
                "weight",
                "Sum of the weights of the servers that share the requests, as they are during a slow start.",
                backend -> backend.sharing().stream()
                        .mapToDouble(BackendMetrics::effectiveWeight)
                        .sum());
        families.backendGauge(
                "uweight",
                "Sum of the weights of the servers that share the requests.",
                backend -> backend.sharing().stream()
                        .mapToDouble(BackendServer::weight)
                        .sum());
    }

    private static double effectiveWeight(BackendServer server) {
        return Math.ceil(server.weight() * server.ramp());
    }

    private void requests() {
        families.gauges("current_sessions", "Requests being worked on.", ServerStats::inFlight);
        families.serverCounter(
                "http_requests_total", "Requests sent, retries included.", (backend, server) -> server.stats()
                        .requests());
        families.backendCounter(
                "http_requests_total", "Requests that came for the backend.", backend -> (double) backend.requests());
        families.serverCounter(
                "sessions_total",
                "Requests and connections of TCP mode that the server was given, retries included.",
                (backend, server) ->
                        (double) (server.stats().requests() + server.stats().sessions()));
        families.backendCounter(
                "sessions_total", "Requests and connections of TCP mode that came for the backend.", backend ->
                        (double) (backend.requests() + backend.sessions()));
        families.counts(
                "loadbalanced_total",
                "Those of the servers' sessions that the backend chose a server for, and not the client's cookie.",
                ServerStats::loadBalanced);
        families.counts("connection_attempts_total", "Connections to servers that were tried.", ServerStats::connects);
        families.counts(
                "connection_reuses_total",
                "Requests that went by a connection that was open already.",
                ServerStats::reuses);
        families.counts(
                "connection_errors_total",
                "Requests for which no connection could be made.",
                ServerStats::connectionErrors,
                backend -> traffic.of(backend).unserved());
        families.counts(
                "response_errors_total",
                "Requests that were sent and got no whole, valid answer in time.",
                ServerStats::responseErrors);
        families.counts(
                "server_aborts_total",
                "Those of the response errors, and TCP sessions, that the server broke off in the midst.",
                ServerStats::serverAborts);
        families.counts(
                "client_aborts_total",
                "Requests whose client left before the answer was whole.",
                ServerStats::clientAborts,
                backend -> traffic.of(backend).leftQueue());
        families.counts(
                "retry_warnings_total", "Requests that failed here and were tried again.", ServerStats::retries);
        families.counts(
                "redispatch_warnings_total",
                "Requests that failed here and were tried on another server.",
                ServerStats::redispatches);
        families.countsByCode(
                "http_responses_total",
                "Responses by class of status; of a backend all that its clients were sent.",
                BackendMetrics::byCode,
                backend -> traffic.of(backend).responses());
    }

    private static long[] byCode(ServerStats stats) {
        long[] counts = new long[LbMetrics.CODES.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = stats.responses(i);
        }
        return counts;
    }

    private void checks() {
        families.serverStates(
                "check_status", "1 for what the last health check came to, 0 for the others.", (server, values) -> {
                    CheckStatus last = server.stats().lastCheckStatus();
                    for (CheckStatus status : CheckStatus.values()) {
                        values.accept(status.name(), status == last ? 1 : 0);
                    }
                });
        families.serverGauge(
                "check_code",
                "The protocol's own code of the last health check, such as HTTP's status.",
                server -> server.stats().lastCheckCode());
        families.serverGauge(
                "check_duration_seconds",
                "How long the last health check took.",
                server -> server.stats().lastCheckNanos() / 1e9);
        families.counts(
                "ejections_total", "Times a server was ejected because live requests failed.", ServerStats::ejections);
        families.counts("checks_total", "Health checks.", ServerStats::checks);
        families.counts("check_failures_total", "Health checks that failed.", ServerStats::checkFailures);
        families.counts("check_up_down_total", "Times a server went from up to down.", ServerStats::upDownChanges);
    }
}
