package com.foobar.app.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.Unit;

/**
 * Everything the application tier measures. Labels take values from the program only: route templates, statement names,
 * router addresses of the settings. Safe from any thread.
 */
public final class AppMetrics {
    private static final double[] REQUEST_BOUNDS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
    };
    private static final double[] STATEMENT_BOUNDS = {
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5
    };
    private static final double[] WAIT_BOUNDS = {0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 5};

    private final Counter requests;
    private final Histogram requestDuration;
    private final Gauge requestsInFlight;
    private final Gauge bodyBytes;
    private final Counter bodiesRefused;
    private final Counter readsShared;
    private final Counter authFailures;
    private final Histogram passwordWait;
    private final Counter passwordsRefused;
    private final Histogram statementDuration;
    private final Counter statementFailures;
    private final Counter repeats;
    private final Histogram poolWait;
    private final Histogram poolUse;
    private final Gauge poolInUse;
    private final Gauge poolPending;
    private final Counter poolRefused;
    private final Gauge routerUp;
    private final Gauge schemaMigrated;

    public AppMetrics(PrometheusRegistry registry) {
        requests = Counter.builder()
                .name("app_http_requests_total")
                .help("Requests answered")
                .labelNames("method", "route", "status")
                .register(registry);
        requestDuration = histogram("app_http_request_duration", "From request head to the last byte of the answer")
                .labelNames("method", "route")
                .classicUpperBounds(REQUEST_BOUNDS)
                .register(registry);
        requestsInFlight = Gauge.builder()
                .name("app_http_requests_in_flight")
                .help("Requests being answered")
                .register(registry);
        bodyBytes = Gauge.builder()
                .name("app_http_body_bytes")
                .help("Bytes of request bodies that are held")
                .register(registry);
        bodiesRefused = Counter.builder()
                .name("app_http_bodies_refused_total")
                .help("Request bodies refused because too many bytes of others were held")
                .register(registry);
        readsShared = Counter.builder()
                .name("app_reads_shared_total")
                .help("Requests answered by the read of another one that asked the same")
                .labelNames("route")
                .register(registry);
        authFailures = Counter.builder()
                .name("app_auth_failures_total")
                .help("Refused proofs of identity: credentials and limited (login), token (request)")
                .labelNames("reason")
                .register(registry);
        passwordWait = histogram("app_password_wait", "Time a password check waited for a thread")
                .classicUpperBounds(WAIT_BOUNDS)
                .register(registry);
        passwordsRefused = Counter.builder()
                .name("app_password_refused_total")
                .help("Password checks refused because the queue was full")
                .register(registry);
        statementDuration = histogram(
                        "app_statement_duration", "From sending a statement to its whole result, or its failure")
                .labelNames("statement")
                .classicUpperBounds(STATEMENT_BOUNDS)
                .register(registry);
        statementFailures = Counter.builder()
                .name("app_statement_failures_total")
                .help("Statements answered by an error, by MySQL's error number, or lost with their connection")
                .labelNames("statement", "error")
                .register(registry);
        repeats = Counter.builder()
                .name("app_database_repeats_total")
                .help("Units of work tried again")
                .labelNames("reason")
                .register(registry);
        poolWait = histogram("app_pool_wait", "Time a unit of work waited for a connection")
                .labelNames("router")
                .classicUpperBounds(WAIT_BOUNDS)
                .register(registry);
        poolUse = histogram("app_pool_use", "Time a unit of work held a connection")
                .labelNames("router")
                .classicUpperBounds(STATEMENT_BOUNDS)
                .register(registry);
        poolInUse = Gauge.builder()
                .name("app_pool_connections_in_use")
                .help("Connections that a unit of work holds")
                .labelNames("router")
                .register(registry);
        poolPending = Gauge.builder()
                .name("app_pool_pending")
                .help("Units of work that wait for a connection")
                .labelNames("router")
                .register(registry);
        poolRefused = Counter.builder()
                .name("app_pool_refused_total")
                .help("Units of work that got no connection: queue full, or waited too long")
                .labelNames("router")
                .register(registry);
        routerUp = Gauge.builder()
                .name("app_router_up")
                .help("1 while a database router answers, otherwise 0")
                .labelNames("router")
                .register(registry);
        schemaMigrated = Gauge.builder()
                .name("app_schema_migrated")
                .help("1 once the database has the schema of this program")
                .register(registry);
    }

    private static Histogram.Builder histogram(String name, String help) {
        return Histogram.builder().name(name).unit(Unit.SECONDS).help(help).classicOnly();
    }

    public void requestStarted() {
        requestsInFlight.inc();
    }

    /** @param route the template, never the path */
    public void requestEnded(String method, String route, int status, long nanos, String traceId) {
        requestsInFlight.dec();
        requests.labelValues(method, route, Integer.toString(status)).inc();
        requestDuration.labelValues(method, route).observeWithExemplar(nanos / 1e9, Labels.of("trace_id", traceId));
    }

    /** @param change below zero for what is held no more */
    public void bodyBytesHeld(int change) {
        bodyBytes.inc(change);
    }

    public void bodyRefused() {
        bodiesRefused.inc();
    }

    /** @param route the template, never the path */
    public void readShared(String route) {
        readsShared.labelValues(route).inc();
    }

    /** @param reason {@code credentials}, {@code limited} or {@code token} */
    public void authFailure(String reason) {
        authFailures.labelValues(reason).inc();
    }

    public void passwordWaited(long nanos) {
        passwordWait.observe(nanos / 1e9);
    }

    public void passwordRefused() {
        passwordsRefused.inc();
    }

    /** @param traceId of the request that sent it */
    public void statementEnded(String name, long nanos, String traceId) {
        statementDuration.labelValues(name).observeWithExemplar(nanos / 1e9, Labels.of("trace_id", traceId));
    }

    /** @param error MySQL's number, or {@code connection} */
    public void statementFailed(String name, String error) {
        statementFailures.labelValues(name, error).inc();
    }

    public void repeated(String reason) {
        repeats.labelValues(reason).inc();
    }

    public void poolAsked(String router) {
        poolPending.labelValues(router).inc();
    }

    public void poolAnswered(String router, long nanos) {
        poolPending.labelValues(router).dec();
        poolWait.labelValues(router).observe(nanos / 1e9);
    }

    public void poolTaken(String router) {
        poolInUse.labelValues(router).inc();
    }

    public void poolReturned(String router, long nanos) {
        poolInUse.labelValues(router).dec();
        poolUse.labelValues(router).observe(nanos / 1e9);
    }

    public void poolRefused(String router) {
        poolRefused.labelValues(router).inc();
    }

    public void routerUp(String router, boolean up) {
        routerUp.labelValues(router).set(up ? 1 : 0);
    }

    public void schemaMigrated() {
        schemaMigrated.set(1);
    }
}
