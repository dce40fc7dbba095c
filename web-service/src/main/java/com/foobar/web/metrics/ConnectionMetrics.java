package com.foobar.web.metrics;

import com.foobar.http.proxy.ProxyHandler;
import com.foobar.http.server.HttpListener;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Connections of clients (the load balancers) and to app servers. */
public final class ConnectionMetrics {
    private ConnectionMetrics() {}

    public static void register(PrometheusRegistry registry, HttpListener listener, ProxyHandler proxy) {
        GaugeWithCallback.builder()
                .name("web_connections")
                .help("Open client connections, idle ones included")
                .callback(gauge -> gauge.call(listener.connections()))
                .register(registry);
        CounterWithCallback.builder()
                .name("web_connections_accepted_total")
                .help("Client connections accepted")
                .callback(counter -> counter.call((double) listener.accepted()))
                .register(registry);
        CounterWithCallback.builder()
                .name("web_connections_refused_total")
                .help("Client connections closed at once because limits.connections were open")
                .callback(counter -> counter.call((double) listener.refused()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("web_server_connections")
                .help("Open connections to app servers, idle ones included")
                .callback(gauge -> gauge.call(proxy.connections()))
                .register(registry);
    }
}
