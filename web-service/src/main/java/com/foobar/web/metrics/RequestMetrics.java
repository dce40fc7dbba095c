package com.foobar.web.metrics;

import com.foobar.http.exchange.RequestRecord;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.EnumMap;
import java.util.Map;

/** Requests by kind and status class, their duration and size. Thread-safe. */
public final class RequestMetrics {
    private static final String[] CLASSES = {"other", "1xx", "2xx", "3xx", "4xx", "5xx"};

    private final Map<RequestKind, Series> series = new EnumMap<>(RequestKind.class);

    public RequestMetrics(PrometheusRegistry registry) {
        Counter requests = Counter.builder()
                .name("web_requests_total")
                .help("Requests by kind and class of status; 4xx includes clients that went away (499)")
                .labelNames("kind", "code")
                .register(registry);
        Histogram duration = Histogram.builder()
                .name("web_request_duration_seconds")
                .help("Time from a request's complete head to the last byte of its answer")
                .unit(Unit.SECONDS)
                .labelNames("kind")
                .classicOnly()
                .classicUpperBounds(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
                .register(registry);
        Counter received = Counter.builder()
                .name("web_request_body_bytes_total")
                .help("Bytes of request bodies received")
                .labelNames("kind")
                .register(registry);
        Counter sent = Counter.builder()
                .name("web_response_body_bytes_total")
                .help("Bytes of response bodies sent")
                .labelNames("kind")
                .register(registry);
        for (RequestKind kind : RequestKind.values()) {
            CounterDataPoint[] byClass = new CounterDataPoint[CLASSES.length];
            for (int i = 0; i < CLASSES.length; i++) {
                byClass[i] = requests.labelValues(kind.label(), CLASSES[i]);
            }
            series.put(
                    kind,
                    new Series(
                            byClass,
                            duration.labelValues(kind.label()),
                            received.labelValues(kind.label()),
                            sent.labelValues(kind.label())));
        }
    }

    /** Counts one request that is over; its trace becomes an exemplar of its duration. */
    public void count(RequestKind kind, RequestRecord record) {
        Series counted = series.get(kind);
        if (counted == null) {
            return;
        }
        int hundreds = record.status() / 100;
        counted.byClass[hundreds >= 1 && hundreds <= 5 ? hundreds : 0].inc();
        double seconds = record.durationNanos() / 1e9;
        if (record.traceId().isEmpty()) {
            counted.duration.observe(seconds);
        } else {
            counted.duration.observeWithExemplar(seconds, Labels.of("trace_id", record.traceId()));
        }
        counted.received.inc(record.bytesIn());
        counted.sent.inc(record.bytesOut());
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Series(
            CounterDataPoint[] byClass,
            DistributionDataPoint duration,
            CounterDataPoint received,
            CounterDataPoint sent) {}
}
