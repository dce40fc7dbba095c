package com.foobar.lb.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * Histograms of what HAProxy's timers Tw, Tc, Tr and Ta tell, by server and by backend, whose histograms are the sums of its servers': a request is counted once. Of requests that a
 * server answered, and, but for Tr, of the TCP sessions that were connected to one.
 */
final class RequestTimes implements MultiCollector {
    private record Kind(String name, String help, Function<ServerTimes, TimeHistogram> of) {
        String metric(String scope) {
            return "lb_" + scope + "_" + name + "_time_seconds";
        }
    }

    private static final List<Kind> KINDS = List.of(
            new Kind(
                    "queue",
                    "Time that a request waited for a server with fewer requests than its maxconn.",
                    t -> t.queue),
            new Kind(
                    "connect",
                    "Time until a request had a connection to its server, without the queue; next to nothing where it was kept from before.",
                    t -> t.connect),
            new Kind("response", "Time from then to the head of the response.", t -> t.response),
            new Kind("total", "Time from a request's head to the last byte of its response.", t -> t.total));

    private final BackendTraffic.Table traffic;

    RequestTimes(BackendTraffic.Table traffic) {
        this.traffic = traffic;
    }

    @Override
    public MetricSnapshots collect() {
        MetricSnapshots.Builder snapshots = MetricSnapshots.builder();
        for (Kind kind : KINDS) {
            HistogramSnapshot.Builder servers =
                    HistogramSnapshot.builder().name(kind.metric("server")).help(kind.help());
            HistogramSnapshot.Builder backends =
                    HistogramSnapshot.builder().name(kind.metric("backend")).help(kind.help());
            traffic.forEach((backend, ofBackend) -> {
                ofBackend
                        .byServer()
                        .forEach((server, known) -> servers.dataPoint(point(
                                Labels.of("proxy", backend, "server", server),
                                List.of(kind.of().apply(known.times())))));
                backends.dataPoint(point(
                        Labels.of("proxy", backend),
                        ofBackend.servers().stream()
                                .map(known -> kind.of().apply(known.times()))
                                .toList()));
            });
            snapshots.metricSnapshot(servers.build()).metricSnapshot(backends.build());
        }
        return snapshots.build();
    }

    private static HistogramDataPointSnapshot point(Labels labels, Collection<TimeHistogram> histograms) {
        long[] counts = new long[TimeHistogram.BOUNDS.length];
        double seconds = 0;
        List<Exemplar> examples = new ArrayList<>();
        for (TimeHistogram histogram : histograms) {
            histogram.addTo(counts);
            seconds += histogram.seconds();
            Exemplar example = histogram.example();
            if (example != null) {
                examples.add(example);
            }
        }
        return HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(ClassicHistogramBuckets.of(TimeHistogram.BOUNDS, counts))
                .sum(seconds)
                .exemplars(Exemplars.of(examples))
                .build();
    }
}
