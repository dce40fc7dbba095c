package com.foobar.lb.metrics;

import com.foobar.http.backend.Backend;
import com.foobar.http.exchange.RequestLog;
import com.foobar.http.proxy.ProxyHandler;
import com.foobar.kit.ServiceIdentity;
import com.foobar.kit.observability.AccessLog;
import com.foobar.lb.frontend.Frontend;
import com.foobar.lb.tcp.TcpObserver;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
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
    private final Counter intercepted;
    private final Counter internalErrors;
    private final MetricFamilies families;
    private final BackendTraffic.Table traffic;
    private final SecondHand second = new SecondHand(System::nanoTime);
    private final ProcessMetrics.Facts process;

    /** Known once all frontends are. */
    private @Nullable LiveCounts counts;

    /**
     * Registers the metrics of the backends, their servers and all frontends.
     *
     * @param eventLoops that carry connections
     * @param stopping whether the service is going; asked from any thread
     */
    public LbMetrics(
            PrometheusRegistry registry,
            List<Backend> backends,
            ServiceIdentity identity,
            int eventLoops,
            BooleanSupplier stopping) {
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
        this.intercepted = counter(
                "lb_frontend_intercepted_requests_total",
                "Requests answered without a server: redirects, and pages of a maintenance.",
                "proxy");
        this.internalErrors =
                counter("lb_frontend_internal_errors_total", "Requests that failed by a defect of ours.", "proxy");
        this.process = new ProcessMetrics.Facts(identity, eventLoops, stopping);
        this.families = new MetricFamilies(registry, backends);
        this.traffic = new BackendTraffic.Table(backends);
        registry.register(new RequestTimes(traffic));
        BackendMetrics.register(families, traffic);
        TrafficMetrics.register(families, this.backends, traffic, second);
    }

    /**
     * Registers what frontends and proxy themselves know; once, with all of them.
     *
     * @param proxies by name of the backend that they forward to
     */
    public void watch(List<Frontend> frontends, Function<String, ProxyHandler> proxies) {
        counts = new LiveCounts(
                frontends, backends, backend -> proxies.apply(backend).admission());
        ForwardingMetrics.register(registry, families, backends, proxies);
        connections(frontends);
        rates(frontends);
        ProcessMetrics.register(
                registry,
                families,
                frontends,
                second,
                process,
                () -> sum(frontends, requests),
                () -> sum(frontends, bytesOut));
    }

    private void connections(List<Frontend> frontends) {
        families.frontendStates(
                frontends,
                "status",
                "1 for the state that it is in (UP: it listens), 0 for the other.",
                (frontend, values) -> {
                    values.accept("UP", frontend.isListening() ? 1 : 0);
                    values.accept("DOWN", frontend.isListening() ? 0 : 1);
                });
        families.frontendGauge(frontends, "current_sessions", "Open connections of clients.", Frontend::connections);
        families.frontendGauge(
                frontends,
                "max_sessions",
                "The most connections of clients that were open at a time.",
                Frontend::mostConnections);
        families.frontendGauge(
                frontends,
                "limit_sessions",
                "Connections of clients that may be open at a time: limits.maxconn.",
                Frontend::maxconn);
        families.frontendCounter(
                frontends, "sessions_total", "Connections accepted and not refused.", Frontend::sessions);
        families.frontendCounter(frontends, "connections_total", "Connections accepted.", Frontend::accepted);
        families.frontendCounter(
                frontends,
                "denied_connections_total",
                "Connections refused because limits.maxconn were open, or by the guard.",
                Frontend::refused);
        families.frontendCounter(
                frontends,
                "h2_glitches_total",
                "What HTTP/2 clients did without need or against the rules, as limits.glitches-threshold counts it.",
                Frontend::glitches);
        families.frontendCounter(
                frontends, "h2_floods_total", "HTTP/2 connections ended with ENHANCE_YOUR_CALM.", Frontend::floods);
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
    }

    private void rates(List<Frontend> frontends) {
        Map<Frontend, Pulse> accepted = new HashMap<>();
        Map<Frontend, Pulse> sessions = new HashMap<>();
        Map<Frontend, Pulse> asked = new HashMap<>();
        for (Frontend frontend : frontends) {
            CounterDataPoint count = requests.labelValues(frontend.name());
            accepted.put(frontend, second.pulse(frontend::accepted));
            sessions.put(frontend, second.pulse(frontend::sessions));
            asked.put(frontend, second.pulse(() -> (long) count.get()));
        }
        families.frontendGauge(
                frontends,
                "connections_rate_max",
                "The most connections accepted in a second.",
                frontend -> accepted.get(frontend).highest());
        families.frontendGauge(
                frontends, "max_session_rate", "The most connections let in in a second.", frontend -> sessions.get(
                                frontend)
                        .highest());
        families.frontendGauge(
                frontends, "http_requests_rate_max", "The most requests in a second.", frontend -> asked.get(frontend)
                        .highest());
    }

    private static double sum(List<Frontend> frontends, Counter counter) {
        return frontends.stream()
                .mapToDouble(frontend -> counter.labelValues(frontend.name()).get())
                .sum();
    }

    /** Looks at what is told by the second; to be called every second, on one event loop, after {@link #watch}. */
    public void tick() {
        second.tick();
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
                intercepted.labelValues(frontend),
                internalErrors.labelValues(frontend),
                durations.series(frontend),
                traffic);
        return new FrontendLog(frontend, metrics, access, Objects.requireNonNull(counts));
    }

    /** What is to be told of a frontend's connections in TCP mode; after {@link #watch}. */
    public TcpObserver sessions(String frontend, AccessLog access) {
        return new TcpSessionLog(
                frontend,
                bytesIn.labelValues(frontend),
                bytesOut.labelValues(frontend),
                durations.series(frontend),
                traffic,
                access,
                Objects.requireNonNull(counts));
    }

    /** Which of the {@link #CODES} a status is of. */
    static int code(int status) {
        int hundreds = status / 100;
        return hundreds >= 1 && hundreds <= 5 ? hundreds : 0;
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .withoutExemplars()
                .register(registry);
    }
}
