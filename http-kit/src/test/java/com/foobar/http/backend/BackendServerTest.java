package com.foobar.http.backend;

import static com.foobar.http.backend.OperationalState.DOWN;
import static com.foobar.http.backend.OperationalState.UP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.kit.settings.HostPort;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BackendServerTest {
    private final TestClock clock = new TestClock();
    private final BackendServer server = new BackendServer("web-1", new HostPort("127.0.0.1", 8101), 1, clock);
    private final AtomicLong nanos = new AtomicLong(-5);
    private final List<String> seen = new ArrayList<>();

    BackendServerTest() {
        server.observe(new ServerObserver() {
            @Override
            public void stateChanged(BackendServer changed, ServerState before, ServerState now) {
                seen.add(before.operational() + " to " + now.operational() + ": " + now.reason());
            }

            @Override
            public void requestFailed(BackendServer failed, String reason) {
                seen.add("failed: " + reason);
            }
        });
    }

    @Test
    void tellsObserversOfChangesOnly() {
        server.set(DOWN, "connection refused");
        server.set(UP, "200 OK");
        server.set(UP, "204 No Content");
        server.set(DOWN, "503 Service Unavailable");

        assertThat(seen).containsExactly("DOWN to UP: 200 OK", "UP to DOWN: 503 Service Unavailable");
        assertThat(server.stats().upDownChanges()).isEqualTo(1);
    }

    @Test
    void remembersSinceWhenItHasBeenDown() {
        Instant start = clock.instant();
        server.set(DOWN, "connection refused");
        clock.advance(Duration.ofSeconds(1));
        server.set(DOWN, "no answer in 2000 ms");

        assertThat(server.state().since()).isEqualTo(start);
        assertThat(server.state().reason()).isEqualTo("no answer in 2000 ms");
    }

    @Test
    void addsUpTheTimeSpentDown() {
        clock.advance(Duration.ofSeconds(1));
        server.set(UP, "200 OK");
        clock.advance(Duration.ofSeconds(10));
        server.set(DOWN, "connection refused");
        clock.advance(Duration.ofSeconds(2));
        server.set(DOWN, "connection refused");
        assertThat(server.downtime()).isEqualTo(Duration.ofSeconds(3));

        server.set(UP, "200 OK");
        clock.advance(Duration.ofSeconds(5));

        assertThat(server.downtime()).isEqualTo(Duration.ofSeconds(3));
        assertThat(server.timeInState()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void countsEachRequestOnceHoweverItEnds() {
        for (int i = 0; i < 7; i++) {
            server.begin();
        }
        assertThat(server.inFlight()).isEqualTo(7);

        server.endWithResponse(204);
        server.endWithResponse(999);
        server.endWithConnectionError("connection refused");
        server.endWithResponseError("connection closed");
        server.endAborted();
        server.endUnsent();
        server.endWithSuccess();

        ServerStats stats = server.stats();
        assertThat(server.inFlight()).isZero();
        assertThat(stats.requests()).isEqualTo(7);
        assertThat(stats.responses(2)).isEqualTo(1);
        assertThat(stats.responses(0)).isEqualTo(1);
        assertThat(stats.connectionErrors()).isEqualTo(1);
        assertThat(stats.responseErrors()).isEqualTo(1);
        assertThat(stats.clientAborts()).isEqualTo(1);
        assertThat(seen).containsExactly("failed: connection refused", "failed: connection closed");
    }

    @Test
    void startsSlowlyAfterARecoveryButNotAtFirst() {
        BackendServer slow = server(Duration.ofSeconds(20));
        slow.set(UP, "200 OK");
        assertThat(slow.ramp()).isEqualTo(1);

        slow.set(DOWN, "connection refused");
        slow.set(UP, "200 OK");
        assertThat(slow.ramp()).isEqualTo(0.01);
        clock.advance(Duration.ofHours(1));
        assertThat(slow.ramp()).as("after the clock was set").isEqualTo(0.01);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(5));
        assertThat(slow.ramp()).isEqualTo(0.25);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(15));
        assertThat(slow.ramp()).isEqualTo(1);
    }

    @Test
    void startsSlowlyAfterMaintenanceAndEjection() {
        BackendServer slow = server(Duration.ofSeconds(20));
        slow.set(UP, "200 OK");
        slow.set(AdministrativeState.MAINT);
        slow.set(AdministrativeState.READY);
        assertThat(slow.ramp()).isLessThan(1);

        nanos.addAndGet(TimeUnit.SECONDS.toNanos(20));
        slow.eject();
        slow.readmit();
        assertThat(slow.ramp()).isLessThan(1);
        assertThat(slow.stats().ejections()).isEqualTo(1);
    }

    /** State, and HAProxy's word for it. */
    @Test
    void hasAWordForEachState() {
        assertThat(server.state().word()).isEqualTo("DOWN");
        server.set(UP, "200 OK");
        assertThat(server.state().word()).isEqualTo("UP");
        server.eject();
        assertThat(server.state().word()).isEqualTo("NOLB");
        assertThat(server.takesRequests()).isFalse();
        server.askDrain(true);
        assertThat(server.state().word()).isEqualTo("DRAIN");
        assertThat(server.describe()).isEqualTo("web-1 UP asks for drain ejected");
        server.set(AdministrativeState.MAINT);
        assertThat(server.state().word()).isEqualTo("MAINT");
        server.readmit();
        server.askDrain(false);
        server.set(AdministrativeState.READY);
        assertThat(server.takesRequests()).isTrue();
    }

    @Test
    void countsFailuresInARow() {
        List<Integer> rows = new ArrayList<>();
        server.observe(new ServerObserver() {
            @Override
            public void failedInARow(BackendServer failed, int row) {
                rows.add(row);
            }
        });
        server.endWithResponse(500);
        server.endWithResponse(503);
        server.endWithResponse(404);
        server.endWithResponseError("connection closed");
        server.endWithResponse(501);
        server.endWithConnectionError("connection refused");
        server.endWithSuccess();
        server.endWithResponseError("connection broke");

        assertThat(rows).containsExactly(1, 2, 1, 1, 1);
        assertThat(server.stats().failures()).isEqualTo(5);
    }

    @Test
    void looksSlowAfterAFailureHoweverFastItFailed() {
        server.answeredAfter(1_000_000);
        assertThat(server.latency(System.nanoTime())).isLessThan(2e6);

        server.endWithResponse(503);

        assertThat(server.latency(System.nanoTime())).isGreaterThan(1e8);
    }

    @Test
    void looksAsSlowAsAnotherServersAnswerProvesItToBe() {
        server.answeredAfter(1_000_000);
        server.begin();
        server.endOutrun(3_600_000_000_000L);
        assertThat(server.latency(System.nanoTime())).isGreaterThan(1e12);

        server.begin();
        server.endOutrun(1);
        assertThat(server.latency(System.nanoTime()))
                .as("nothing says that it is fast")
                .isGreaterThan(1e12);
        assertThat(server.stats().outruns()).isEqualTo(2);
        assertThat(server.inFlight()).isZero();
    }

    private BackendServer server(Duration slowStart) {
        return new BackendServer(
                new ServerSettings("web-1", new HostPort("127.0.0.1", 8101), 1, false), slowStart, clock, nanos::get);
    }

    @Test
    void refusesAWeightOutOfRange() {
        assertThatThrownBy(() -> new BackendServer("web-1", new HostPort("localhost", 1), 257, clock))
                .hasMessage("weight of web-1: 257 (expected: 0-256)");
    }
}
