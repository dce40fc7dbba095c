package com.foobar.dbrouter.topology;

import static java.util.Objects.requireNonNull;

import com.foobar.dbrouter.routing.Consistency;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** The metrics of the servers and of reads. Thread-safe. */
public final class TopologyMetrics {

    private final Gauge up;
    private final Gauge primary;
    private final Gauge answersReads;
    private final Gauge lag;
    private final Gauge missing;
    private final Counter probes;
    private final Counter probeFailures;
    private final Histogram batch;
    private final Map<Consistency, Map<ReadTarget.Cause, CounterDataPoint>> reads = new EnumMap<>(Consistency.class);
    private final Map<Consistency, DistributionDataPoint> waits = new EnumMap<>(Consistency.class);
    private final Counter failed;

    /** Registers them; once per registry. */
    public TopologyMetrics(PrometheusRegistry registry) {
        up = server("up", "Whether the last check reached the server").register(registry);
        primary = server("primary", "Whether the server is the primary").register(registry);
        answersReads = server("answers_reads", "Whether the server is a replica that may answer reads")
                .register(registry);
        lag = server(
                        "lag_seconds",
                        "How far a replica is behind, by its own account or by what it lacks; NaN where that cannot be told")
                .register(registry);
        missing = server(
                        "lag_transactions",
                        "Transactions of the primary that a replica lacks; NaN where that cannot be told")
                .register(registry);
        probes = Counter.builder()
                .name("dbrouter_read_index_probes_total")
                .help("Questions to the primary for its position, each for all reads that waited")
                .register(registry);
        probeFailures = Counter.builder()
                .name("dbrouter_read_index_probe_failures_total")
                .help("Questions to the primary for its position without an answer")
                .register(registry);
        batch = Histogram.builder()
                .name("dbrouter_read_index_batch_reads")
                .help("Reads that one position of the primary served")
                .classicOnly()
                .classicUpperBounds(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
                .register(registry);
        Histogram wait = Histogram.builder()
                .name("dbrouter_read_choice_seconds")
                .help("Time from the arrival of a read to the choice of its server")
                .labelNames("consistency")
                .classicOnly()
                .classicUpperBounds(
                        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
                .register(registry);
        Counter chosen = Counter.builder()
                .name("dbrouter_reads_total")
                .help(
                        "Reads by what they are promised and the reason for their server; any_replica, reached and waited are replicas, the others the primary")
                .labelNames("consistency", "cause")
                .register(registry);
        for (Consistency consistency : Consistency.values()) {
            Map<ReadTarget.Cause, CounterDataPoint> causes = new EnumMap<>(ReadTarget.Cause.class);
            for (ReadTarget.Cause cause : ReadTarget.Cause.values()) {
                causes.put(cause, chosen.labelValues(label(consistency), label(cause)));
            }
            reads.put(consistency, causes);
            waits.put(consistency, wait.labelValues(label(consistency)));
        }
        failed = Counter.builder()
                .name("dbrouter_read_failures_total")
                .help("Reads that no server could answer")
                .labelNames("consistency")
                .register(registry);
    }

    void record(TopologySnapshot snapshot) {
        for (ServerState state : snapshot.servers()) {
            String name = state.server().name();
            up.labelValues(name).set(state.reachable() ? 1 : 0);
            primary.labelValues(name).set(state.role() == ServerRole.PRIMARY ? 1 : 0);
            answersReads.labelValues(name).set(snapshot.replicas().contains(state) ? 1 : 0);
            Long lacked = snapshot.missing(state);
            missing.labelValues(name)
                    .set(state.role() == ServerRole.PRIMARY ? 0 : lacked == null ? Double.NaN : lacked);
            Duration behind = state.lag();
            lag.labelValues(name)
                    .set(
                            state.role() == ServerRole.PRIMARY
                                    ? 0
                                    : behind == null ? Double.NaN : behind.toMillis() / 1000.0);
        }
    }

    void probed(int reads) {
        probes.inc();
        batch.observe(reads);
    }

    void probeFailed() {
        probeFailures.inc();
    }

    void chosen(Consistency consistency, ReadTarget.Cause cause, long waitedNanos) {
        requireNonNull(requireNonNull(reads.get(consistency)).get(cause)).inc();
        requireNonNull(waits.get(consistency)).observe(waitedNanos / 1e9);
    }

    void failed(Consistency consistency) {
        failed.labelValues(label(consistency)).inc();
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static Gauge.Builder server(String name, String help) {
        return Gauge.builder().name("dbrouter_server_" + name).help(help).labelNames("server");
    }
}
