package com.foobar.http.health;

import static com.foobar.http.backend.OperationalState.DOWN;
import static com.foobar.http.backend.OperationalState.UP;
import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.backend.AdministrativeState;
import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.CheckStatus;
import com.foobar.http.backend.EjectionSettings;
import com.foobar.http.backend.HealthCheckSettings;
import com.foobar.http.backend.OnError;
import com.foobar.http.backend.ServerObserver;
import com.foobar.http.backend.TestClock;
import com.foobar.http.balance.Balance;
import com.foobar.http.testing.TestSettings;
import com.foobar.kit.settings.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ServerHealthTest {
    private static final Duration INTER = Duration.ofSeconds(2);
    private static final Duration FASTINTER = Duration.ofMillis(500);
    private static final Duration DOWNINTER = Duration.ofSeconds(1);
    private static final Duration ALMOST = Duration.ofMillis(1);

    private final TestTimers timers = new TestTimers();
    private final BackendServer server =
            new BackendServer("web-1", new HostPort("127.0.0.1", 8101), 1, new TestClock());
    private Future<CheckResult> answer = passed();

    private int checks;
    private HealthChecker checker = checker(OnError.SUDDEN_DEATH, 0);

    @Test
    void checksAtOnceAndTheFirstPassBringsItUp() {
        checker.start();
        timers.run();

        assertThat(checks).isEqualTo(1);
        assertThat(server.state().operational()).isEqualTo(UP);
        assertThat(server.state().reason()).isEqualTo("200 OK");
        assertThat(server.stats().checks()).isEqualTo(1);
    }

    @Test
    void tellsWhenEveryServerHasBeenLookedAt() {
        Promise<CheckResult> first = Promise.promise();
        answer = first.future();
        Future<Void> known = checker.start();
        timers.run();
        assertThat(known.isComplete()).isFalse();

        first.complete(new CheckResult(CheckStatus.L4CON, 0, "connection refused"));
        timers.run();
        assertThat(known.succeeded()).isTrue();
    }

    @Test
    void waitsForNoAnswerOfServersThatAreNotChecked() {
        server.set(AdministrativeState.MAINT);
        Future<Void> known = checker.start();
        timers.run();
        assertThat(known.succeeded()).isTrue();
    }

    @Test
    void staysDownWithTheReasonOfTheFirstCheck() {
        answer = failed("connection refused");
        checker.start();
        timers.run();

        assertThat(server.state().operational()).isEqualTo(DOWN);
        assertThat(server.state().reason()).isEqualTo("connection refused");
        assertThat(server.stats().checkFailures()).isEqualTo(1);
        assertThat(server.stats().upDownChanges()).isZero();
    }

    @Test
    void takesAFailedFutureForAFailedCheck() {
        answer = Future.failedFuture("unexpected");
        checker.start();
        timers.run();

        assertThat(server.state().reason()).isEqualTo("unexpected");
    }

    @Test
    void checksEveryInterWhileUpAndFasterWhenItFails() {
        checker.start();
        timers.advance(INTER.minus(ALMOST));
        assertThat(checks).isEqualTo(1);
        timers.advance(ALMOST);
        assertThat(checks).isEqualTo(2);

        answer = failed("503 Service Unavailable");
        timers.advance(INTER);
        assertThat(checks).isEqualTo(3);
        timers.advance(FASTINTER);
        timers.advance(FASTINTER.minus(ALMOST));
        assertThat(server.state().operational()).isEqualTo(UP);
        timers.advance(ALMOST);

        assertThat(checks).isEqualTo(5);
        assertThat(server.state().operational()).isEqualTo(DOWN);
        assertThat(server.state().reason()).isEqualTo("503 Service Unavailable");
    }

    @Test
    void checksEveryDowninterWhileDown() {
        answer = failed("connection refused");
        checker.start();
        timers.advance(DOWNINTER);
        assertThat(checks).isEqualTo(2);

        answer = passed();
        timers.advance(DOWNINTER);

        assertThat(server.state().operational()).isEqualTo(UP);
    }

    @Test
    void risesAgainAfterTwo() {
        checker.start();
        timers.run();
        answer = failed("connection refused");
        timers.advance(INTER.plus(FASTINTER).plus(FASTINTER));
        assertThat(server.state().operational()).isEqualTo(DOWN);

        answer = passed();
        timers.advance(DOWNINTER);
        assertThat(server.state().operational()).isEqualTo(DOWN);
        timers.advance(FASTINTER);

        assertThat(server.state().operational()).isEqualTo(UP);
    }

    @Test
    void leavesRotationAtOnceWhenARequestAndTheCheckAfterItFail() {
        checker.start();
        timers.advance(Duration.ofSeconds(1));
        answer = failed("connection refused");

        failRequest();
        timers.run();

        assertThat(checks).isEqualTo(2);
        assertThat(server.state().operational()).isEqualTo(DOWN);
    }

    @Test
    void staysInRotationWhenTheCheckAfterAFailedRequestPasses() {
        checker.start();
        timers.advance(Duration.ofSeconds(1));

        failRequest();
        timers.run();

        assertThat(checks).isEqualTo(2);
        assertThat(server.state().operational()).isEqualTo(UP);
    }

    @Test
    void checksOnceForManyRequestsThatFailTogether() {
        checker.start();
        timers.advance(Duration.ofSeconds(1));

        for (int i = 0; i < 1000; i++) {
            failRequest();
        }
        timers.run();
        assertThat(checks).isEqualTo(2);

        // One that fails right after the check waits, and then is looked at.
        failRequest();
        timers.advance(Duration.ofMillis(49));
        assertThat(checks).isEqualTo(2);
        timers.advance(ALMOST);
        assertThat(checks).isEqualTo(3);
    }

    @Test
    void checksAgainWhenARequestFailedDuringACheck() {
        Promise<CheckResult> slow = Promise.promise();
        checker.start();
        timers.run();
        answer = slow.future();
        timers.advance(INTER);
        assertThat(checks).isEqualTo(2);

        failRequest();
        timers.advance(Duration.ofMillis(100));
        assertThat(checks).as("one at a time").isEqualTo(2);
        answer = failed("connection refused");
        slow.complete(new CheckResult(CheckStatus.L7OK, 200, "200 OK"));
        timers.run();

        assertThat(checks).isEqualTo(3);
    }

    @Test
    void countsAFailedRequestAsAFailedCheck() {
        checker = checker(OnError.FAIL_CHECK, 0);
        checker.start();
        timers.advance(Duration.ofSeconds(1));
        answer = failed("connection refused");

        failRequest();
        timers.run();
        assertThat(server.state().operational()).as("two of three").isEqualTo(UP);
        failRequest();
        timers.run();

        assertThat(server.state().operational()).isEqualTo(DOWN);
    }

    @Test
    void marksDownAndChecksAtOnce() {
        checker = checker(OnError.MARK_DOWN, 0);
        checker.start();
        timers.advance(Duration.ofSeconds(1));

        failRequest();
        timers.run();

        assertThat(server.state().operational()).isEqualTo(DOWN);
        assertThat(server.state().reason()).isEqualTo("connection reset");
        timers.advance(FASTINTER);
        assertThat(server.state().operational()).isEqualTo(UP);
    }

    @Test
    void onlyChecksSoonerWithFastinter() {
        checker = checker(OnError.FASTINTER, 0);
        checker.start();
        timers.advance(Duration.ofSeconds(1));
        answer = failed("connection refused");

        failRequest();
        timers.run();

        assertThat(checks).isEqualTo(2);
        assertThat(server.state().operational()).isEqualTo(UP);
    }

    @Test
    void doesNotCheckInMaintenanceAndChecksWhenItEnds() {
        checker.start();
        timers.run();
        server.set(AdministrativeState.MAINT);
        timers.advance(Duration.ofSeconds(20));
        assertThat(checks).isEqualTo(1);

        server.set(AdministrativeState.READY);
        timers.run();

        assertThat(checks).isEqualTo(2);
    }

    @Test
    void goesOnCheckingInDrain() {
        checker.start();
        server.set(AdministrativeState.DRAIN);
        timers.advance(INTER);

        assertThat(checks).isEqualTo(2);
    }

    @Test
    void spreadsChecks() {
        checker = checker(OnError.SUDDEN_DEATH, 50);
        timers.random = 0;
        checker.start();
        timers.advance(Duration.ofMillis(999));
        assertThat(checks).isEqualTo(1);
        timers.random = 0.999_999;
        timers.advance(ALMOST);
        assertThat(checks).isEqualTo(2);
        timers.advance(Duration.ofMillis(2990));
        assertThat(checks).isEqualTo(2);
        timers.advance(Duration.ofMillis(10));
        assertThat(checks).isEqualTo(3);
    }

    @Test
    void endsWhenStopped() {
        checker.start();
        timers.run();
        checker.stop();
        timers.run();

        failRequest();
        timers.advance(Duration.ofMinutes(1));

        assertThat(checks).isEqualTo(1);
    }

    @Test
    void givesAServerTheWeightThatItAsksForAndTheOldOneBack() {
        answer = saying("250%");
        checker.start();
        timers.run();
        // Of weight 1.
        assertThat(server.weight()).isEqualTo(3);

        answer = passed();
        timers.advance(INTER);
        assertThat(server.weight()).isEqualTo(1);
    }

    @Test
    void drainsAServerAsLongAsItAsksForThat() {
        answer = saying("drain");
        checker.start();
        timers.run();
        assertThat(server.state().operational()).isEqualTo(UP);
        assertThat(server.takesRequests()).isFalse();

        // A failed check says nothing of what the server wants.
        answer = failed("no answer");
        timers.advance(INTER);
        assertThat(server.state().drainAsked()).isTrue();

        answer = passed();
        timers.advance(INTER);
        assertThat(server.takesRequests()).isTrue();
    }

    @Test
    void leavesToPeopleWhatPeopleWant() {
        server.set(AdministrativeState.DRAIN);
        answer = saying("ready");
        checker.start();
        timers.run();

        assertThat(server.state().administrative()).isEqualTo(AdministrativeState.DRAIN);
        assertThat(server.takesRequests()).isFalse();
    }

    @Test
    void remembersWhatTheLastCheckCameToAndWhetherItReachedTheServer() {
        checker.start();
        timers.run();
        assertThat(server.stats().lastCheckStatus()).isEqualTo(CheckStatus.L7OK);
        assertThat(server.stats().lastCheckCode()).isEqualTo(200);
        assertThat(server.state().reachable()).isTrue();

        answer = failed("503 Service Unavailable");
        timers.advance(Duration.ofSeconds(10));
        assertThat(server.stats().lastCheckStatus()).isEqualTo(CheckStatus.L7STS);
        assertThat(server.state().operational()).isEqualTo(DOWN);
        assertThat(server.state().reachable()).isTrue();

        answer = Future.succeededFuture(new CheckResult(CheckStatus.L4CON, 0, "connection refused"));
        timers.advance(DOWNINTER);
        assertThat(server.state().reachable()).isFalse();

        // Of two that it takes to be up. Who passes is no worse off in panic than who answers 503.
        answer = passed();
        timers.advance(DOWNINTER);
        assertThat(server.state().operational()).isEqualTo(DOWN);
        assertThat(server.state().reachable()).isTrue();
        assertThat(server.state().reason()).isEqualTo("rising: 200 OK");
    }

    @Test
    void tellsOfChecksWithoutAnAnswerWhileItIsDown() {
        AtomicInteger told = new AtomicInteger();
        server.observe(new ServerObserver() {
            @Override
            public void unanswering(BackendServer down) {
                told.incrementAndGet();
            }
        });
        checker.start();
        timers.run();
        answer = Future.succeededFuture(new CheckResult(CheckStatus.L4TOUT, 0, "no connection within 1 s"));
        timers.advance(INTER.plus(FASTINTER));
        assertThat(server.state().operational()).as("two of three").isEqualTo(UP);
        assertThat(told).hasValue(0);

        timers.advance(FASTINTER);
        assertThat(server.state().operational()).isEqualTo(DOWN);
        assertThat(told).hasValue(1);
        answer = Future.succeededFuture(new CheckResult(CheckStatus.L7TOUT, 0, "no answer within 1 s"));
        timers.advance(DOWNINTER);
        assertThat(told).hasValue(2);

        // Somebody is there, and says so.
        answer = Future.succeededFuture(new CheckResult(CheckStatus.L4CON, 0, "connection refused"));
        timers.advance(DOWNINTER);
        answer = failed("503 Service Unavailable");
        timers.advance(DOWNINTER);
        assertThat(told).hasValue(2);
    }

    private static Future<CheckResult> saying(String words) {
        return Future.succeededFuture(new CheckResult(CheckStatus.L7OK, 200, "200 OK", AgentReport.parse(words)));
    }

    private void failRequest() {
        server.begin();
        server.endWithResponseError("connection reset");
    }

    private HealthChecker checker(OnError onError, int spread) {
        HealthCheckSettings settings = TestSettings.check(
                """
                {inter: 2s, fastinter: 500ms, downinter: 1s, timeout: 1s, fall: 3, rise: 2, spread-checks: %d, on-error: %s}
                """.formatted(spread, onError.name().toLowerCase(Locale.ROOT).replace('_', '-')));
        Check check = asked -> {
            checks++;
            return answer;
        };
        return new HealthChecker(
                timers, new Backend("web", Balance.ROUNDROBIN, List.of(server)), settings, check, EjectionSettings.OFF);
    }

    private static Future<CheckResult> passed() {
        return Future.succeededFuture(new CheckResult(CheckStatus.L7OK, 200, "200 OK"));
    }

    private static Future<CheckResult> failed(String reason) {
        return Future.succeededFuture(new CheckResult(CheckStatus.L7STS, 0, reason));
    }
}
