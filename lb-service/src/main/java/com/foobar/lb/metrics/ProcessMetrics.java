package com.foobar.lb.metrics;

import com.foobar.kit.ServiceIdentity;
import com.foobar.lb.frontend.Frontend;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.ToLongFunction;

/** What HAProxy's exporter tells of its process, as far as it is known of this one. */
final class ProcessMetrics {
    /**
     * @param eventLoops that carry connections
     * @param stopping whether the service is going
     */
    record Facts(ServiceIdentity identity, int eventLoops, BooleanSupplier stopping) {}

    private final MetricFamilies families;
    private final List<Frontend> frontends;
    private final SecondHand second;

    private ProcessMetrics(MetricFamilies families, List<Frontend> frontends, SecondHand second) {
        this.families = families;
        this.frontends = List.copyOf(frontends);
        this.second = second;
    }

    /**
     * @param requests of all frontends
     * @param bytesOut of all frontends
     */
    static void register(
            PrometheusRegistry registry,
            MetricFamilies families,
            List<Frontend> frontends,
            SecondHand second,
            Facts facts,
            DoubleSupplier requests,
            DoubleSupplier bytesOut) {
        ProcessMetrics metrics = new ProcessMetrics(families, frontends, second);
        Gauge.builder()
                .name("lb_process_build_info")
                .help("1, with the version as a label.")
                .labelNames("version")
                .register(registry)
                .labelValues(facts.identity().version())
                .set(1);
        metrics.life(facts);
        metrics.connections();
        metrics.rates(bytesOut);
        families.processCounter("requests_total", "Requests.", requests);
        families.processCounter("bytes_out_total", "Bytes of response bodies, and of TCP sessions.", bytesOut);
    }

    private void life(Facts facts) {
        Instant started = facts.identity().startedAt();
        families.processGauge("nbthread", "Event loops that carry connections.", facts::eventLoops);
        families.processGauge(
                "start_time_seconds", "Start time in seconds since the epoch.", () -> started.getEpochSecond());
        families.processGauge(
                "uptime_seconds", "Whole seconds since the start.", () -> Duration.between(started, Instant.now())
                        .toSeconds());
        families.processGauge(
                "stopping", "1 while the service stops.", () -> facts.stopping().getAsBoolean() ? 1 : 0);
    }

    private void connections() {
        families.processGauge("listeners", "Addresses that are listened on.", () -> frontends.stream()
                .filter(Frontend::isListening)
                .count());
        families.processGauge(
                "max_connections", "Connections that all frontends may have open.", () -> sum(Frontend::maxconn));
        families.processGauge("current_connections", "Open connections of clients.", () -> sum(Frontend::connections));
        families.processCounter("connections_total", "Connections accepted.", () -> sum(Frontend::accepted));
        families.processGauge(
                "current_ssl_connections",
                "Open connections of clients by TLS.",
                () -> sum(frontend -> frontend.isTls() ? frontend.connections() : 0));
        families.processCounter(
                "ssl_connections_total",
                "Connections accepted for TLS.",
                () -> sum(frontend -> frontend.isTls() ? frontend.accepted() : 0));
    }

    private void rates(DoubleSupplier bytesOut) {
        Pulse accepted = second.pulse(() -> sum(Frontend::accepted));
        Pulse sessions = second.pulse(() -> sum(Frontend::sessions));
        Pulse bytes = second.pulse(() -> (long) bytesOut.getAsDouble());
        families.processGauge("current_connection_rate", "Connections accepted in the last second.", accepted::rate);
        families.processGauge("max_connection_rate", "The most accepted in a second.", accepted::highest);
        families.processGauge("current_session_rate", "Connections let in in the last second.", sessions::rate);
        families.processGauge("max_session_rate", "The most let in in a second.", sessions::highest);
        families.processGauge("bytes_out_rate", "Bytes sent to clients in the last second.", bytes::rate);
    }

    private long sum(ToLongFunction<Frontend> value) {
        return frontends.stream().mapToLong(value).sum();
    }
}
