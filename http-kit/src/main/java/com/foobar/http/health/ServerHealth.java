package com.foobar.http.health;

import com.foobar.http.backend.AdministrativeState;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.CheckStatus;
import com.foobar.http.backend.HealthCheckSettings;
import com.foobar.http.backend.OperationalState;
import com.foobar.http.backend.ServerObserver;
import com.foobar.http.backend.ServerState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks one server: at most one check at a time, the next one planned when a check has ended.
 *
 * <p>All fields are owned by the thread of the {@link Timers}, but {@code reported}.
 */
final class ServerHealth implements ServerObserver {
    private static final Logger log = LoggerFactory.getLogger(HealthChecker.class);

    /**
     * At least between the starts of two checks, however many live requests fail: a server that passes its checks and breaks
     * requests must not drown in checks.
     */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);

    private final String backend;
    private final BackendServer server;
    private final HealthCheckSettings settings;
    private final Check check;
    private final Timers timers;
    private final RiseFallCounter counter;
    /** Whether a failed request waits to be looked at: of many at once, from all event loops, one is enough. */
    private final AtomicBoolean reported = new AtomicBoolean();
    /** Completed when the first check has been answered, or when none is to be waited for. */
    private final Promise<Void> known = Promise.promise();

    private boolean running;
    private boolean checking;
    /** Whether the next check was brought forward. */
    private boolean urgent;

    /** Whether a check has been answered. */
    private boolean published;

    private long lastStart;
    private Timers.@Nullable Timer next;

    ServerHealth(String backend, BackendServer server, HealthCheckSettings settings, Check check, Timers timers) {
        this.backend = backend;
        this.server = server;
        this.settings = settings;
        this.check = check;
        this.timers = timers;
        this.counter = new RiseFallCounter(settings.rise(), settings.fall());
        server.observe(this);
    }

    void start() {
        running = true;
        checkNow();
    }

    /** Completes when there is a first answer, or there will be none: in maintenance, or stopped. Never fails. */
    Future<Void> known() {
        return known.future();
    }

    void stop() {
        running = false;
        known.tryComplete();
        cancelNext();
    }

    @Override
    public void requestFailed(BackendServer failed, String reason) {
        if (reported.compareAndSet(false, true)) {
            timers.execute(() -> {
                reported.set(false);
                if (running) {
                    suspect(reason);
                }
            });
        }
    }

    @Override
    public void stateChanged(BackendServer changed, ServerState before, ServerState now) {
        if (before.administrative() == AdministrativeState.MAINT && now.administrative() != AdministrativeState.MAINT) {
            timers.execute(this::hurry);
        }
    }

    private void suspect(String reason) {
        switch (settings.onError()) {
            case FASTINTER -> {}
            case FAIL_CHECK -> record(new CheckResult(CheckStatus.L7RSP, 0, reason));
            case SUDDEN_DEATH -> counter.suspect();
            case MARK_DOWN -> {
                counter.markDown();
                publish(reason, server.state().reachable());
            }
        }
        hurry();
    }

    private void hurry() {
        if (!running || urgent) {
            return;
        }
        urgent = true;
        // A check under way may have seen the server before it failed: another one follows when it has ended.
        if (!checking) {
            planUrgent();
        }
    }

    private void planUrgent() {
        long rest = SHORTEST_PAUSE.toNanos() - (timers.nanoTime() - lastStart);
        if (rest <= 0) {
            checkNow();
        } else {
            plan(Duration.ofNanos(rest));
        }
    }

    private void checkNow() {
        cancelNext();
        urgent = false;
        if (server.state().administrative() == AdministrativeState.MAINT) {
            known.tryComplete();
            plan(settings.inter());
            return;
        }
        checking = true;
        lastStart = timers.nanoTime();
        check.check(server)
                .otherwise(failure -> new CheckResult(CheckStatus.L7RSP, 0, String.valueOf(failure.getMessage())))
                .onSuccess(result -> timers.execute(() -> checked(result)));
    }

    private void checked(CheckResult result) {
        checking = false;
        if (!running) {
            return;
        }
        server.stats().checked(result.status(), result.code(), timers.nanoTime() - lastStart);
        record(result);
        if (result.passed()) {
            heed(result.report());
        } else if (result.status().timedOut() && !counter.isUp()) {
            server.unanswering();
        }
        known.tryComplete();
        if (urgent) {
            planUrgent();
        } else {
            plan(pause());
        }
    }

    private void record(CheckResult result) {
        boolean wasUp = counter.isUp();
        boolean up = counter.record(result.passed());
        if (up != wasUp || up == result.passed()) {
            publish(result.reason(), result.status().reached());
        } else if (!up && !server.state().reachable()) {
            // Not up yet, but no worse than one that answers that it is not.
            publish("rising: " + result.reason(), true);
        }
    }

    private void heed(AgentReport report) {
        int weight = report.of(server.configuredWeight());
        if (weight != server.weight()) {
            log.info("{}/{} asks for {} % of its weight: {}", backend, server, report.percent(), weight);
            server.weight(weight);
        }
        if (report.drain() != server.state().drainAsked()) {
            log.info("{}/{} asks for {}", backend, server, report.drain() ? "no new requests" : "requests again");
            server.askDrain(report.drain());
        }
    }

    private void publish(String reason, boolean reachable) {
        OperationalState before = server.state().operational();
        OperationalState now = counter.isUp() ? OperationalState.UP : OperationalState.DOWN;
        server.set(now, reason, reachable);
        if (!published && now == OperationalState.UP) {
            log.info("{}/{} is UP: {}", backend, server, reason);
        } else if (!published || now != before) {
            log.warn("{}/{} is {}: {}", backend, server, now, reason);
        }
        published = true;
    }

    private Duration pause() {
        Duration base = counter.isTransitional()
                ? settings.fastinter()
                : counter.isUp() ? settings.inter() : settings.downinter();
        double spread = settings.spreadChecks() / 100.0 * (2 * timers.random() - 1);
        return Duration.ofNanos((long) (base.toNanos() * (1 + spread)));
    }

    private void plan(Duration delay) {
        cancelNext();
        next = timers.after(delay, this::checkNow);
    }

    private void cancelNext() {
        if (next != null) {
            next.cancel();
            next = null;
        }
    }
}
