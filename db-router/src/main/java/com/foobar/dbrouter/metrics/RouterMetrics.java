package com.foobar.dbrouter.metrics;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counters of client sessions and statements. Safe from any thread. No label has values that a client chooses: commands,
 * servers, reasons and error kinds are closed lists.
 */
public final class RouterMetrics {
    private final Gauge sessions;
    private final Counter accepted;
    private final Counter refused;
    private final Counter authentications;
    private final Counter tlsHandshakes;
    private final Counter commands;
    private final Counter statements;
    private final Counter repeated;
    private final CounterDataPoint shared;
    private final Counter errors;
    private final Histogram duration;
    private final Gauge pinned;
    private final Counter hintsNotUnderstood;

    // A label lookup hashes strings; a statement's few combinations are looked up once.
    private final Map<String, CounterDataPoint> commandPoints = new ConcurrentHashMap<>();
    private final Map<Decision, CounterDataPoint> statementPoints = new ConcurrentHashMap<>();
    private final Map<String, DistributionDataPoint> durationPoints = new ConcurrentHashMap<>();

    private record Decision(String server, String role, Enum<?> reason) {}

    public RouterMetrics(PrometheusRegistry registry) {
        sessions = Gauge.builder()
                .name("dbrouter_client_sessions")
                .help("Client connections that are open.")
                .register(registry);
        accepted = Counter.builder()
                .name("dbrouter_client_connections_total")
                .help("Client connections that were accepted.")
                .register(registry);
        refused = Counter.builder()
                .name("dbrouter_client_connections_refused_total")
                .help("Client connections that were refused before they could log in.")
                .labelNames("reason")
                .register(registry);
        authentications = Counter.builder()
                .name("dbrouter_authentications_total")
                .help("Logins of clients.")
                .labelNames("result")
                .register(registry);
        tlsHandshakes = Counter.builder()
                .name("dbrouter_client_tls_handshakes_total")
                .help("TLS handshakes that clients have begun.")
                .labelNames("result")
                .register(registry);
        commands = Counter.builder()
                .name("dbrouter_commands_total")
                .help("Commands of clients.")
                .labelNames("command")
                .register(registry);
        statements = Counter.builder()
                .name("dbrouter_statements_total")
                .help("Commands that a server ran, by where they went and why.")
                .labelNames("server", "role", "reason")
                .register(registry);
        repeated = Counter.builder()
                .name("dbrouter_reads_repeated_total")
                .help("Reads that were sent once more, by the server that they were sent to first and why.")
                .labelNames("server", "cause")
                .register(registry);
        shared = Counter.builder()
                .name("dbrouter_reads_shared_total")
                .help("Short reads that were sent on a server connection behind another client's.")
                .register(registry)
                .labelValues();
        errors = Counter.builder()
                .name("dbrouter_errors_total")
                .help("Errors that the router itself answered with.")
                .labelNames("kind")
                .register(registry);
        duration = Histogram.builder()
                .name("dbrouter_statement_duration_seconds")
                .help("From the arrival of a command to the end of its answer.")
                .labelNames("server")
                .classicOnly()
                .classicUpperBounds(.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10)
                .register(registry);
        pinned = Gauge.builder()
                .name("dbrouter_sessions_pinned")
                .help("Client sessions that keep a server connection, by what they hold on it.")
                .labelNames("reason")
                .register(registry);
        hintsNotUnderstood = Counter.builder()
                .name("dbrouter_hints_not_understood_total")
                .help("Statements with a router: hint that had no effect, as it was not understood.")
                .register(registry);
    }

    public void opened() {
        accepted.inc();
        sessions.inc();
    }

    public void closed() {
        sessions.dec();
    }

    /** @param reason from a closed list */
    public void refused(String reason) {
        refused.labelValues(reason).inc();
    }

    public void authenticated(boolean accepted) {
        authentications.labelValues(accepted ? "accepted" : "denied").inc();
    }

    public void tlsHandshake(boolean completed) {
        tlsHandshakes.labelValues(completed ? "completed" : "failed").inc();
    }

    /** @param name of a known command, or "unknown" */
    public void command(String name) {
        commandPoints
                .computeIfAbsent(name, n -> commands.labelValues(n.toLowerCase(Locale.ROOT)))
                .inc();
    }

    /** A server begins to run a command. */
    public void sent(String server, boolean primary, Enum<?> reason) {
        statementPoints
                .computeIfAbsent(
                        new Decision(server, primary ? "primary" : "replica", reason),
                        d -> statements.labelValues(
                                d.server(), d.role(), d.reason().name().toLowerCase(Locale.ROOT)))
                .inc();
    }

    public void completed(String server, long nanos) {
        durationPoints.computeIfAbsent(server, duration::labelValues).observe(nanos / 1e9);
    }

    public void repeated(String server, RepeatCause cause) {
        repeated.labelValues(server, cause.name().toLowerCase(Locale.ROOT)).inc();
    }

    public void shared() {
        shared.inc();
    }

    public void hintNotUnderstood() {
        hintsNotUnderstood.inc();
    }

    /** @param kind from a closed list */
    public void error(String kind) {
        errors.labelValues(kind).inc();
    }

    public void pinned(Enum<?> reason, int change) {
        pinned.labelValues(reason.name().toLowerCase(Locale.ROOT)).inc(change);
    }
}
