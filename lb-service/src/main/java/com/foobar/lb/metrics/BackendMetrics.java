package com.foobar.lb.metrics;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.CheckStatus;
import com.foobar.http.backend.ServerStats;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * Metrics of the backends and of each of their servers. They are read from the servers' own counts when somebody asks, and so cost a
 * request nothing.
 */
final class BackendMetrics {
    private final PrometheusRegistry registry;
    private final List<Backend> backends;

    private BackendMetrics(PrometheusRegistry registry, List<Backend> backends) {
        this.registry = registry;
        this.backends = List.copyOf(backends);
    }

    static void register(PrometheusRegistry registry, List<Backend> backends) {
        BackendMetrics metrics = new BackendMetrics(registry, backends);
        metrics.states();
        metrics.requests();
        metrics.checks();
    }

    private void states() {
        GaugeWithCallback.builder()
                .name("lb_server_status")
                .help("1 for the state that the server is in, 0 for the others.")
                .labelNames("proxy", "server", "state")
                .callback(callback -> forEachServer((backend, server) -> {
                    String word = server.state().word();
                    for (String state : STATES) {
                        callback.call(state.equals(word) ? 1 : 0, backend.name(), server.name(), state);
                    }
                }))
                .register(registry);
        GaugeWithCallback.builder()
                .name("lb_backend_status")
                .help("1 for the state that the backend is in (UP: a server takes requests), 0 for the other.")
                .labelNames("proxy", "state")
                .callback(callback -> backends.forEach(backend -> {
                    boolean up = backend.isAvailable();
                    callback.call(up ? 1 : 0, backend.name(), "UP");
                    callback.call(up ? 0 : 1, backend.name(), "DOWN");
                }))
                .register(registry);
        backendGauge(
                "active_servers",
                "Servers that take requests, backup servers not counted.",
                backend -> taking(backend, false));
        backendGauge("backup_servers", "Backup servers that could take requests.", backend -> taking(backend, true));
        backendGauge(
                "panic",
                "1 while so few servers are up that checks are ignored, 0 otherwise.",
                backend -> backend.isInPanic() ? 1 : 0);
        serverGauge("active", "1 for a server that is no backup, 0 for a backup.", server -> server.isBackup() ? 0 : 1);
        serverGauge("backup", "1 for a backup, 0 for any other server.", server -> server.isBackup() ? 1 : 0);
        serverGauge(
                "current_throttle",
                "Percent of its share that the server gets: below 100 during its slow start.",
                server -> Math.floor(100 * server.ramp()));
        serverGauge("weight", "Share of the requests relative to the other servers.", BackendServer::weight);
        serverGauge(
                "check_last_change_seconds",
                "Time since the server went up or down.",
                server -> server.timeInState().toMillis() / 1e3);
        serverGauge(
                "check_duration_seconds",
                "How long the last health check took.",
                server -> server.stats().lastCheckNanos() / 1e9);
        CounterWithCallback.builder()
                .name("lb_server_downtime_seconds_total")
                .help("Time that the server has been down.")
                .labelNames("proxy", "server")
                .callback(callback -> forEachServer((backend, server) ->
                        callback.call(server.downtime().toMillis() / 1e3, backend.name(), server.name())))
                .register(registry);
    }

    private void requests() {
        gauges("current_sessions", "Requests being worked on.", ServerStats::inFlight);
        counts("http_requests_total", "Requests sent, retries included.", ServerStats::requests);
        counts(
                "connection_errors_total",
                "Requests for which no connection could be made.",
                ServerStats::connectionErrors);
        counts(
                "response_errors_total",
                "Requests that were sent and got no whole, valid answer in time.",
                ServerStats::responseErrors);
        counts(
                "client_aborts_total",
                "Requests whose client left before the answer was whole.",
                ServerStats::clientAborts);
        counts("retry_warnings_total", "Requests that failed here and were tried again.", ServerStats::retries);
        counts(
                "redispatch_warnings_total",
                "Requests that failed here and were tried on another server.",
                ServerStats::redispatches);
        CounterWithCallback.builder()
                .name("lb_server_http_responses_total")
                .help("Responses by class of status.")
                .labelNames("proxy", "server", "code")
                .callback(callback -> forEachServer((backend, server) -> {
                    for (int i = 0; i < LbMetrics.CODES.length; i++) {
                        callback.call(
                                (double) server.stats().responses(i),
                                backend.name(),
                                server.name(),
                                LbMetrics.CODES[i]);
                    }
                }))
                .register(registry);
        CounterWithCallback.builder()
                .name("lb_backend_http_responses_total")
                .help("Responses by class of status.")
                .labelNames("proxy", "code")
                .callback(callback -> backends.forEach(backend -> {
                    for (int i = 0; i < LbMetrics.CODES.length; i++) {
                        int hundreds = i;
                        callback.call(
                                (double) sum(backend, stats -> stats.responses(hundreds)),
                                backend.name(),
                                LbMetrics.CODES[i]);
                    }
                }))
                .register(registry);
    }

    private void checks() {
        GaugeWithCallback.builder()
                .name("lb_server_check_status")
                .help("1 for what the last health check came to, 0 for the others.")
                .labelNames("proxy", "server", "state")
                .callback(callback -> forEachServer((backend, server) -> {
                    CheckStatus last = server.stats().lastCheckStatus();
                    for (CheckStatus status : CheckStatus.values()) {
                        callback.call(status == last ? 1 : 0, backend.name(), server.name(), status.name());
                    }
                }))
                .register(registry);
        serverGauge(
                "check_code",
                "The protocol's own code of the last health check, such as HTTP's status.",
                server -> server.stats().lastCheckCode());
        counts("ejections_total", "Times a server was ejected because live requests failed.", ServerStats::ejections);
        counts("checks_total", "Health checks.", ServerStats::checks);
        counts("check_failures_total", "Health checks that failed.", ServerStats::checkFailures);
        counts("check_up_down_total", "Times a server went from up to down.", ServerStats::upDownChanges);
    }

    /** A counter of each server, and their sum for the backend. */
    private void counts(String name, String help, ToLongFunction<ServerStats> count) {
        CounterWithCallback.builder()
                .name("lb_server_" + name)
                .help(help)
                .labelNames("proxy", "server")
                .callback(callback -> forEachServer((backend, server) ->
                        callback.call((double) count.applyAsLong(server.stats()), backend.name(), server.name())))
                .register(registry);
        CounterWithCallback.builder()
                .name("lb_backend_" + name)
                .help(help)
                .labelNames("proxy")
                .callback(callback ->
                        backends.forEach(backend -> callback.call((double) sum(backend, count), backend.name())))
                .register(registry);
    }

    private void gauges(String name, String help, ToLongFunction<ServerStats> value) {
        serverGauge(name, help, server -> (double) value.applyAsLong(server.stats()));
        GaugeWithCallback.builder()
                .name("lb_backend_" + name)
                .help(help)
                .labelNames("proxy")
                .callback(callback ->
                        backends.forEach(backend -> callback.call((double) sum(backend, value), backend.name())))
                .register(registry);
    }

    private void serverGauge(String name, String help, ToDoubleFunction<BackendServer> value) {
        GaugeWithCallback.builder()
                .name("lb_server_" + name)
                .help(help)
                .labelNames("proxy", "server")
                .callback(callback -> forEachServer(
                        (backend, server) -> callback.call(value.applyAsDouble(server), backend.name(), server.name())))
                .register(registry);
    }

    private void forEachServer(BiConsumer<Backend, BackendServer> action) {
        for (Backend backend : backends) {
            backend.servers().forEach(server -> action.accept(backend, server));
        }
    }

    private static long sum(Backend backend, ToLongFunction<ServerStats> count) {
        return backend.servers().stream()
                .map(BackendServer::stats)
                .mapToLong(count)
                .sum();
    }

    private void backendGauge(String name, String help, ToDoubleFunction<Backend> value) {
        GaugeWithCallback.builder()
                .name("lb_backend_" + name)
                .help(help)
                .labelNames("proxy")
                .callback(callback ->
                        backends.forEach(backend -> callback.call(value.applyAsDouble(backend), backend.name())))
                .register(registry);
    }

    private static double taking(Backend backend, boolean backup) {
        return backend.servers().stream()
                .filter(server -> server.isBackup() == backup && server.takesRequests())
                .count();
    }

    /** HAProxy's words. */
    private static final String[] STATES = {"DOWN", "UP", "MAINT", "DRAIN", "NOLB"};
}
