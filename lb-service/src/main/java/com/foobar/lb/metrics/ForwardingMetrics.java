package com.foobar.lb.metrics;

import com.foobar.http.backend.Admission;
import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.proxy.ProxyHandler;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Metrics of what happens between a backend's queue and its servers; read from the proxies when somebody asks. */
final class ForwardingMetrics {
    private final MetricFamilies families;
    private final Function<String, ProxyHandler> proxies;

    private ForwardingMetrics(MetricFamilies families, Function<String, ProxyHandler> proxies) {
        this.families = families;
        this.proxies = proxies;
    }

    static void register(
            PrometheusRegistry registry,
            MetricFamilies families,
            List<Backend> backends,
            Function<String, ProxyHandler> proxies) {
        ForwardingMetrics metrics = new ForwardingMetrics(families, proxies);
        metrics.queues();
        metrics.connections();
        metrics.retries();
        metrics.hedges(registry, backends);
    }

    private ProxyHandler proxy(Backend backend) {
        return proxies.apply(backend.name());
    }

    private Admission admission(Backend backend) {
        return proxy(backend).admission();
    }

    private ToDoubleFunction<Backend> of(ToDoubleFunction<ProxyHandler> value) {
        return backend -> value.applyAsDouble(proxy(backend));
    }

    private void queues() {
        families.backendGauge(
                "current_queue",
                "Requests that wait for any server, as all have as many as they may have.",
                of(ProxyHandler::queued));
        families.backendGauge(
                "max_queue", "The most that have waited for any server at a time.", backend -> admission(backend)
                        .mostWaiting());
        families.serverGauge(
                "current_queue",
                "Requests of sessions that wait for this server, as it has as many as it may have.",
                (backend, server) -> admission(backend).waitingFor(server));
        families.serverGauge(
                "max_queue",
                "The most requests of sessions that have waited for this server at a time.",
                (backend, server) -> admission(backend).mostWaitingFor(server));
        families.serverGauge(
                "queue_limit",
                "Requests of sessions that may wait for this server: its maxqueue.",
                (backend, server) -> admission(backend).maxqueue(server));
        families.serverGauge(
                "max_sessions",
                "The most requests that the server has been given at a time.",
                (backend, server) -> admission(backend).mostPlaces(server));
        families.serverGauge(
                "limit_sessions",
                "Requests that the server may be given at a time: its maxconn.",
                (backend, server) -> admission(backend).maxconn(server));
    }

    private void connections() {
        families.backendGauge(
                "current_connections", "Open connections to servers, idle ones included.", this::connections);
        families.serverGauge(
                "idle_connections_current",
                "Open connections to the server that no request uses.",
                (backend, server) -> proxy(backend).idleConnections(server));
        families.serverGauge(
                "used_connections_current",
                "Open connections to the server that requests or TCP sessions use.",
                this::used);
    }

    private double connections(Backend backend) {
        return proxy(backend).connections()
                + backend.servers().stream()
                        .mapToInt(server -> server.stats().relayed())
                        .sum();
    }

    private double used(Backend backend, BackendServer server) {
        ProxyHandler proxy = proxy(backend);
        return Math.max(0, proxy.connections(server) - proxy.idleConnections(server))
                + server.stats().relayed();
    }

    private void retries() {
        families.backendGauge(
                "retry_budget",
                "Retries and hedges that retry.budget allows at this moment.",
                of(ProxyHandler::retriesAvailable));
        families.backendCounter(
                "retry_budget_exhausted_total",
                "Retries and hedges that were wanted and not made, because retry.budget was spent.",
                of(ProxyHandler::retriesRefused));
    }

    private void hedges(PrometheusRegistry registry, List<Backend> backends) {
        families.backendCounter(
                "hedges_total", "Second attempts at requests that were late.", of(ProxyHandler::hedges));
        families.backendCounter(
                "hedges_won_total", "Second attempts whose answer came first.", of(ProxyHandler::hedgesWon));
        GaugeWithCallback.builder()
                .name("lb_backend_hedge_delay_seconds")
                .help("Time after which a request is late; none where hedging is off, or too little is known.")
                .labelNames("proxy")
                .callback(callback -> backends.forEach(backend -> {
                    long nanos = proxy(backend).hedgeDelayNanos();
                    if (nanos >= 0) {
                        callback.call(nanos / 1e9, backend.name());
                    }
                }))
                .register(registry);
    }
}
