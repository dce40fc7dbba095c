package com.foobar.lb.metrics;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.ServerStats;
import com.foobar.lb.frontend.Frontend;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.ObjDoubleConsumer;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** Registers metrics of each scope of HAProxy's exporter, with its labels. They are read when somebody asks, and cost a request nothing. */
final class MetricFamilies {
    /** Gives a value to each word of a label. */
    interface States<T> {
        void of(T subject, ObjDoubleConsumer<String> values);
    }

    private final PrometheusRegistry registry;
    private final List<Backend> backends;

    MetricFamilies(PrometheusRegistry registry, List<Backend> backends) {
        this.registry = registry;
        this.backends = List.copyOf(backends);
    }

    // ---- of the process ----

    void processGauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name("lb_process_" + name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    void processCounter(String name, String help, DoubleSupplier value) {
        CounterWithCallback.builder()
                .name("lb_process_" + name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    // ---- of each frontend ----

    void frontendGauge(List<Frontend> frontends, String name, String help, ToDoubleFunction<Frontend> value) {
        GaugeWithCallback.builder()
                .name("lb_frontend_" + name)
                .help(help)
                .labelNames("proxy")
                .callback(callback ->
                        frontends.forEach(frontend -> callback.call(value.applyAsDouble(frontend), frontend.name())))
                .register(registry);
    }

    void frontendCounter(List<Frontend> frontends, String name, String help, ToDoubleFunction<Frontend> value) {
        CounterWithCallback.builder()
                .name("lb_frontend_" + name)
                .help(help)
                .labelNames("proxy")
                .callback(callback ->
                        frontends.forEach(frontend -> callback.call(value.applyAsDouble(frontend), frontend.name())))
                .register(registry);
    }

    void frontendStates(List<Frontend> frontends, String name, String help, States<Frontend> states) {
        GaugeWithCallback.builder()
                .name("lb_frontend_" + name)
                .help(help)
                .labelNames("proxy", "state")
                .callback(callback -> frontends.forEach(frontend ->
                        states.of(frontend, (state, value) -> callback.call(value, frontend.name(), state))))
                .register(registry);
    }

    // ---- of each backend ----

    void backendGauge(String name, String help, ToDoubleFunction<Backend> value) {
        GaugeWithCallback.builder()
                .name("lb_backend_" + name)
                .help(help)
                .labelNames("proxy")
                .callback(callback ->
                        backends.forEach(backend -> callback.call(value.applyAsDouble(backend), backend.name())))
                .register(registry);
    }

    void backendCounter(String name, String help, ToDoubleFunction<Backend> value) {
        CounterWithCallback.builder()
                .name("lb_backend_" + name)
                .help(help)
                .labelNames("proxy")
                .callback(callback ->
                        backends.forEach(backend -> callback.call(value.applyAsDouble(backend), backend.name())))
                .register(registry);
    }

    void backendStates(String name, String help, States<Backend> states) {
        GaugeWithCallback.builder()
                .name("lb_backend_" + name)
                .help(help)
                .labelNames("proxy", "state")
                .callback(callback -> backends.forEach(
                        backend -> states.of(backend, (state, value) -> callback.call(value, backend.name(), state))))
                .register(registry);
    }

    // ---- of each server ----

    void serverGauge(String name, String help, ToDoubleFunction<BackendServer> value) {
        serverGauge(name, help, (backend, server) -> value.applyAsDouble(server));
    }

    void serverGauge(String name, String help, ToDoubleBiFunction<Backend, BackendServer> value) {
        GaugeWithCallback.builder()
                .name("lb_server_" + name)
                .help(help)
                .labelNames("proxy", "server")
                .callback(callback -> servers()
                        .forEach(of -> callback.call(
                                value.applyAsDouble(of.backend(), of.server()),
                                of.backend().name(),
                                of.server().name())))
                .register(registry);
    }

    void serverCounter(String name, String help, ToDoubleBiFunction<Backend, BackendServer> value) {
        CounterWithCallback.builder()
                .name("lb_server_" + name)
                .help(help)
                .labelNames("proxy", "server")
                .callback(callback -> servers()
                        .forEach(of -> callback.call(
                                value.applyAsDouble(of.backend(), of.server()),
                                of.backend().name(),
                                of.server().name())))
                .register(registry);
    }

    void serverStates(String name, String help, States<BackendServer> states) {
        GaugeWithCallback.builder()
                .name("lb_server_" + name)
                .help(help)
                .labelNames("proxy", "server", "state")
                .callback(callback -> servers()
                        .forEach(of -> states.of(
                                of.server(),
                                (state, value) -> callback.call(
                                        value, of.backend().name(), of.server().name(), state))))
                .register(registry);
    }

    // ---- of each server, and for the backend their sum ----

    void counts(String name, String help, ToLongFunction<ServerStats> count) {
        serverCounter(name, help, (backend, server) -> (double) count.applyAsLong(server.stats()));
        backendCounter(name, help, backend -> (double) sum(backend, count));
    }

    /** @param beside what the backend has besides, of no server */
    void counts(String name, String help, ToLongFunction<ServerStats> count, ToLongFunction<Backend> beside) {
        serverCounter(name, help, (backend, server) -> (double) count.applyAsLong(server.stats()));
        backendCounter(name, help, backend -> (double) (sum(backend, count) + beside.applyAsLong(backend)));
    }

    void gauges(String name, String help, ToLongFunction<ServerStats> value) {
        serverGauge(name, help, (backend, server) -> (double) value.applyAsLong(server.stats()));
        backendGauge(name, help, backend -> (double) sum(backend, value));
    }

    /** Of responses, by class of status; of a backend for itself. */
    void countsByCode(
            String name, String help, Function<ServerStats, long[]> ofServer, Function<Backend, long[]> ofBackend) {
        CounterWithCallback.builder()
                .name("lb_server_" + name)
                .help(help)
                .labelNames("proxy", "server", "code")
                .callback(callback -> servers().forEach(of -> {
                    long[] counts = ofServer.apply(of.server().stats());
                    for (int i = 0; i < counts.length; i++) {
                        callback.call(
                                (double) counts[i],
                                of.backend().name(),
                                of.server().name(),
                                LbMetrics.CODES[i]);
                    }
                }))
                .register(registry);
        CounterWithCallback.builder()
                .name("lb_backend_" + name)
                .help(help)
                .labelNames("proxy", "code")
                .callback(callback -> backends.forEach(backend -> {
                    long[] counts = ofBackend.apply(backend);
                    for (int i = 0; i < counts.length; i++) {
                        callback.call((double) counts[i], backend.name(), LbMetrics.CODES[i]);
                    }
                }))
                .register(registry);
    }

    private record OfServer(Backend backend, BackendServer server) {}

    private Stream<OfServer> servers() {
        return backends.stream()
                .flatMap(backend -> backend.servers().stream().map(server -> new OfServer(backend, server)));
    }

    private static long sum(Backend backend, ToLongFunction<ServerStats> count) {
        return backend.servers().stream()
                .map(BackendServer::stats)
                .mapToLong(count)
                .sum();
    }
}
