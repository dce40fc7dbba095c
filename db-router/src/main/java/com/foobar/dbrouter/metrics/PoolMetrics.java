package com.foobar.dbrouter.metrics;

import com.foobar.dbrouter.pool.ServerPools;
import com.foobar.dbrouter.pool.ServerPools.Usage;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;

/** How the server connections are used, read when metrics are. */
public final class PoolMetrics {
    private PoolMetrics() {}

    /** Registers them; once per registry. */
    public static void register(PrometheusRegistry registry, ServerPools pools) {
        gauge(
                registry,
                pools,
                "in_use",
                "Server connections that sessions use, or that are being opened.",
                Usage::inUse);
        gauge(registry, pools, "idle", "Server connections that nobody uses.", Usage::idle);
        gauge(registry, pools, "waiting", "Commands that wait for a server connection.", Usage::waiting);
        gauge(registry, pools, "max", "How many connections the server may have.", Usage::most);
    }

    /** How many clients share a server connection. */
    public static void registerRatio(PrometheusRegistry registry, ServerPools pools, IntSupplier clients) {
        GaugeWithCallback.builder()
                .name("dbrouter_clients_per_connection")
                .help("Client connections for each server connection that is in use; NaN while none is.")
                .callback(gauge -> {
                    int used = pools.usage().stream().mapToInt(Usage::inUse).sum();
                    gauge.call(used == 0 ? Double.NaN : (double) clients.getAsInt() / used);
                })
                .register(registry);
    }

    private static void gauge(
            PrometheusRegistry registry, ServerPools pools, String name, String help, ToIntFunction<Usage> value) {
        GaugeWithCallback.builder()
                .name("dbrouter_pool_" + name)
                .help(help)
                .labelNames("server")
                .callback(gauge -> pools.usage()
                        .forEach(usage -> gauge.call(
                                value.applyAsInt(usage), usage.server().name())))
                .register(registry);
    }
}
