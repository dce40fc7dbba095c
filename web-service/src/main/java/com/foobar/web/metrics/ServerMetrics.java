package com.foobar.web.metrics;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.OperationalState;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.ToDoubleFunction;

/** The state of each app server and what it was asked, as its {@link com.foobar.http.backend.ServerStats} know it. */
public final class ServerMetrics {
    private static final String[] CLASSES = {"other", "1xx", "2xx", "3xx", "4xx", "5xx"};

    private final PrometheusRegistry registry;
    private final Backend backend;

    private ServerMetrics(PrometheusRegistry registry, Backend backend) {
        this.registry = registry;
        this.backend = backend;
    }

    /** Registers the metrics of all servers of that backend. */
    public static void register(PrometheusRegistry registry, Backend backend) {
        new ServerMetrics(registry, backend).register();
    }

    private void register() {
        gauge(
                "web_server_up",
                "1 while an app server passes its health checks",
                server -> server.state().operational() == OperationalState.UP ? 1 : 0);
        GaugeWithCallback.builder()
                .name("web_gateway_panic")
                .help("1 while too few app servers are up, and those are asked that still accept connections")
                .callback(callback -> callback.call(backend.isInPanic() ? 1 : 0))
                .register(registry);
        gauge("web_server_requests_in_flight", "Requests that an app server is working on", BackendServer::inFlight);
        gauge(
                "web_server_last_check_duration_seconds",
                "Duration of the last health check of an app server",
                server -> server.stats().lastCheckNanos() / 1e9);
        counter(
                "web_server_requests_total",
                "Requests sent to an app server, retries included",
                server -> server.stats().requests());
        counter(
                "web_server_connection_errors_total",
                "Requests for which no connection to an app server could be made",
                server -> server.stats().connectionErrors());
        counter(
                "web_server_response_errors_total",
                "Requests that an app server did not answer in whole, in time or by the rules",
                server -> server.stats().responseErrors());
        counter(
                "web_server_retries_total",
                "Requests that failed at an app server and were sent once more",
                server -> server.stats().retries());
        counter(
                "web_server_redispatches_total",
                "Requests that failed at an app server and were sent to another",
                server -> server.stats().redispatches());
        counter("web_server_checks_total", "Health checks of an app server", server -> server.stats()
                .checks());
        counter("web_server_check_failures_total", "Failed health checks of an app server", server -> server.stats()
                .checkFailures());
        counter("web_server_check_up_down_total", "Times an app server went from up to down", server -> server.stats()
                .upDownChanges());
        CounterWithCallback.builder()
                .name("web_server_responses_total")
                .help("Responses of an app server by class of status")
                .labelNames("server", "code")
                .callback(callback -> {
                    for (BackendServer server : backend.servers()) {
                        for (int i = 0; i < CLASSES.length; i++) {
                            callback.call((double) server.stats().responses(i), server.name(), CLASSES[i]);
                        }
                    }
                })
                .register(registry);
    }

    private void gauge(String name, String help, ToDoubleFunction<BackendServer> value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("server")
                .callback(callback ->
                        backend.servers().forEach(server -> callback.call(value.applyAsDouble(server), server.name())))
                .register(registry);
    }

    private void counter(String name, String help, ToDoubleFunction<BackendServer> value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("server")
                .callback(callback ->
                        backend.servers().forEach(server -> callback.call(value.applyAsDouble(server), server.name())))
                .register(registry);
    }
}
