package com.foobar.lb.metrics;

import com.foobar.http.backend.Backend;
import com.foobar.http.proxy.ProxyHandler;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Metrics of what happens between a backend's queue and its servers; read from the proxies when somebody asks. */
final class ForwardingMetrics {
    private final PrometheusRegistry registry;
    private final List<Backend> backends;
    private final Function<String, ProxyHandler> proxies;

    private ForwardingMetrics(
            PrometheusRegistry registry, List<Backend> backends, Function<String, ProxyHandler> proxies) {
        this.registry = registry;
        this.backends = backends;
        this.proxies = proxies;
    }

    static void register(PrometheusRegistry registry, List<Backend> backends, Function<String, ProxyHandler> proxies) {
        ForwardingMetrics metrics = new ForwardingMetrics(registry, backends, proxies);
        metrics.gauge(
                "current_connections", "Open connections to servers, idle ones included.", ProxyHandler::connections);
        metrics.gauge(
                "current_queue",
                "Requests that wait for any server, as all have as many as they may have.",
                ProxyHandler::queued);
        metrics.serverQueues();
        metrics.gauge(
                "retry_budget",
                "Retries and hedges that retry.budget allows at this moment.",
                ProxyHandler::retriesAvailable);
        metrics.hedgeDelay();
        metrics.count("hedges_total", "Second attempts at requests that were late.", ProxyHandler::hedges);
        metrics.count("hedges_won_total", "Second attempts whose answer came first.", ProxyHandler::hedgesWon);
        metrics.count(
                "retry_budget_exhausted_total",
                "Retries and hedges that were wanted and not made, because retry.budget was spent.",
                ProxyHandler::retriesRefused);
    }

    private void hedgeDelay() {
        GaugeWithCallback.builder()
                .name("lb_backend_hedge_delay_seconds")
                .help("Time after which a request is late; none where hedging is off, or too little is known.")
                .labelNames("proxy")
                .callback(callback -> backends.forEach(backend -> {
                    long nanos = proxies.apply(backend.name()).hedgeDelayNanos();
                    if (nanos >= 0) {
                        callback.call(nanos / 1e9, backend.name());
                    }
                }))
                .register(registry);
    }

    private void serverQueues() {
        GaugeWithCallback.builder()
                .name("lb_server_current_queue")
                .help("Requests of sessions that wait for this server, as it has as many as it may have.")
                .labelNames("proxy", "server")
                .callback(callback -> backends.forEach(backend -> backend.servers()
                        .forEach(server -> callback.call(
                                proxies.apply(backend.name()).admission().waitingFor(server),
                                backend.name(),
                                server.name()))))
                .register(registry);
    }

    private void gauge(String name, String help, ToLongFunction<ProxyHandler> value) {
        GaugeWithCallback.builder()
                .name("lb_backend_" + name)
                .help(help)
                .labelNames("proxy")
                .callback(callback ->
                        backends.forEach(backend -> callback.call((double) value(backend, value), backend.name())))
                .register(registry);
    }

    private void count(String name, String help, ToLongFunction<ProxyHandler> value) {
        CounterWithCallback.builder()
                .name("lb_backend_" + name)
                .help(help)
                .labelNames("proxy")
                .callback(callback ->
                        backends.forEach(backend -> callback.call((double) value(backend, value), backend.name())))
                .register(registry);
    }

    private long value(Backend backend, ToLongFunction<ProxyHandler> value) {
        return value.applyAsLong(proxies.apply(backend.name()));
    }
}
