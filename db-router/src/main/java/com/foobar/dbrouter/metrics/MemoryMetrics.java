package com.foobar.dbrouter.metrics;

import com.foobar.dbrouter.memory.ClientMemory;
import com.foobar.dbrouter.memory.MemoryBudget;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.ToLongFunction;

/** What is kept for clients, read when metrics are. */
public final class MemoryMetrics {
    private MemoryMetrics() {}

    /** Registers them; once per registry. */
    public static void register(PrometheusRegistry registry, ClientMemory memory) {
        gauge(registry, memory, "", "What is kept for all clients together.", MemoryBudget::taken);
        gauge(registry, memory, "_max", "How much may be kept for all clients together.", MemoryBudget::most);
    }

    private static void gauge(
            PrometheusRegistry registry,
            ClientMemory memory,
            String name,
            String help,
            ToLongFunction<MemoryBudget> value) {
        GaugeWithCallback.builder()
                .name("dbrouter_client_memory" + name + "_bytes")
                .help(help)
                .labelNames("kind")
                .callback(gauge -> {
                    gauge.call((double) value.applyAsLong(memory.input()), "input");
                    gauge.call((double) value.applyAsLong(memory.prepared()), "prepared");
                })
                .register(registry);
    }
}
