package com.foobar.lb.metrics;

import com.foobar.http.backend.Backend;
import com.foobar.http.exchange.RequestLog;
import com.foobar.http.proxy.ProxyHandler;
import com.foobar.kit.observability.AccessLog;
import com.foobar.lb.frontend.Frontend;
import com.foobar.lb.tcp.TcpObserver;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The frontends' metrics, by the names of HAProxy's exporter with {@code lb_} for {@code haproxy_}, and histograms, which it
 * lacks.
 */
public final class LbMetrics {
    /** By hundreds of a status; 0 for any other. */
    static final String[] CODES = {"other", "1xx", "2xx", "3xx", "4xx", "5xx"};

    private final PrometheusRegistry registry;
    private final List<Backend> backends;
    private final Counter requests;
    private final Counter responses;
    private final Counter requestErrors;
    private final Counter requestsDenied;
    private final Counter bytesIn;
    private final Counter bytesOut;
    private final DurationHistogram durations;
    private final RequestTimes times;

    /** Known once all frontends are. */
    private @Nullable LiveCounts counts;

    /** Registers the metrics of the backends, their servers and all frontends. */
    public LbMetrics(PrometheusRegistry registry, List<Backend> backends) {
        this.registry = registry;
        this.backends = List.copyOf(backends);
        this.requests = counter("lb_frontend_http_requests_total", "Requests.", "proxy");
        this.responses = counter("lb_frontend_http_responses_total", "Responses by class of status.", "proxy", "code");
        this.requestErrors =
                counter("lb_frontend_request_errors_total", "Requests that failed for their client.", "proxy");
        this.requestsDenied =
                counter("lb_frontend_requests_denied_total", "Requests that the guard did not let through.", "proxy");
        this.bytesIn = counter(
                "lb_frontend_bytes_in_total", "Bytes of request bodies; all bytes of clients in TCP mode.", "proxy");
        this.bytesOut = counter(
                "lb_frontend_bytes_out_total", "Bytes of response bodies; all bytes to clients in TCP mode.", "proxy");
        this.durations = new DurationHistogram(
                registry,
                "lb_frontend_request_duration_seconds",
                "Time from a request's head to the last byte of its response; of a connection in TCP mode.",
                "proxy");
        this.times = new RequestTimes(backends);
        registry.register(times);
        BackendMetrics.register(registry, backends);
    }

    /**
     * Registers what frontends and proxy themselves know; once, with all of them.
     *
     * @param proxies by name of the backend that they forward to
     */
    public void watch(List<Frontend> frontends, Function<String, ProxyHandler> proxies) {
        counts = new LiveCounts(
                frontends, backends, backend -> proxies.apply(backend).admission());
        ForwardingMetrics.register(registry, backends, proxies);
        gauge(frontends, "lb_frontend_status", "1 while it listens.", frontend -> frontend.isListening() ? 1 : 0);
        gauge(frontends, "lb_frontend_current_sessions", "Open connections of clients.", Frontend::connections);
        GaugeWithCallback.builder()
                .name("lb_frontend_certificate_expiry_days")
                .help("Days until the certificate expires; negative when it has.")
                .labelNames("proxy", "certificate")
                .callback(callback -> frontends.forEach(frontend -> frontend.certificates()
                        .forEach(certificate -> callback.call(
                                Duration.between(Instant.now(), certificate.notAfter())
                                                .toSeconds()
                                        / 86_400.0,
                                frontend.name(),
                                certificate.source()))))
                .register(registry);
        count(frontends, "lb_frontend_connections_total", "Connections accepted.", Frontend::accepted);
        count(
                frontends,
                "lb_frontend_denied_connections_total",
                "Connections refused because limits.maxconn were open, or by the guard.",
                Frontend::refused);
        count(
                frontends,
                "lb_frontend_h2_glitches_total",
                "What HTTP/2 clients did without need or against the rules, as limits.glitches-threshold counts it.",
                Frontend::glitches);
        count(
                frontends,
                "lb_frontend_h2_floods_total",
                "HTTP/2 connections ended with ENHANCE_YOUR_CALM.",
                Frontend::floods);
    }

    /** What is to be told of a frontend's requests; after {@link #watch}. */
    public RequestLog requests(String frontend, AccessLog access) {
        CounterDataPoint[] byCode = new CounterDataPoint[CODES.length];
        for (int i = 0; i < CODES.length; i++) {
            byCode[i] = responses.labelValues(frontend, CODES[i]);
        }
        FrontendMetrics metrics = new FrontendMetrics(
                requests.labelValues(frontend),
                byCode,
                requestErrors.labelValues(frontend),
                requestsDenied.labelValues(frontend),
                bytesIn.labelValues(frontend),
                bytesOut.labelValues(frontend),
                durations.series(frontend),
                times);
        return new FrontendLog(frontend, metrics, access, Objects.requireNonNull(counts));
    }

    /** What is to be told of a frontend's connections in TCP mode; after {@link #watch}. */
    public TcpObserver sessions(String frontend, AccessLog access) {
        return new TcpSessionLog(
                frontend,
                bytesIn.labelValues(frontend),
                bytesOut.labelValues(frontend),
                durations.series(frontend),
                access,
                Objects.requireNonNull(counts));
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .withoutExemplars()
                .register(registry);
    }

    private void gauge(List<Frontend> frontends, String name, String help, ToDoubleFunction<Frontend> value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("proxy")
                .callback(callback ->
                        frontends.forEach(frontend -> callback.call(value.applyAsDouble(frontend), frontend.name())))
                .register(registry);
    }

    private void count(List<Frontend> frontends, String name, String help, ToDoubleFunction<Frontend> value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("proxy")
                .callback(callback ->
                        frontends.forEach(frontend -> callback.call(value.applyAsDouble(frontend), frontend.name())))
                .register(registry);
    }
}
