package com.foobar.http.health;

import static com.foobar.http.backend.OperationalState.UP;
import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.EjectionSettings;
import com.foobar.http.backend.OperationalState;
import com.foobar.http.backend.TestClock;
import com.foobar.http.balance.Balance;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.settings.SettingsReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EjectionTest {
    private static final Duration BASE = Duration.ofSeconds(10);
    private static final Duration INTERVAL = Duration.ofSeconds(100);
    private static final Duration ALMOST = Duration.ofMillis(1);

    private final TestTimers timers = new TestTimers();
    private final TestClock clock = new TestClock();
    private final List<BackendServer> servers = IntStream.rangeClosed(1, 4)
            .mapToObj(i -> new BackendServer("web-" + i, new HostPort("127.0.0.1", 8100 + i), 1, clock))
            .toList();
    private final BackendServer web1 = servers.get(0);
    private final BackendServer web2 = servers.get(1);

    EjectionTest() {
        servers.forEach(server -> server.set(UP, "200 OK"));
    }

    @Test
    void ejectsAServerAfterFailuresInARow() {
        start("{consecutive-failures: 3}");
        answer(web1, 503, 2);
        answer(web1, 200, 1);
        answer(web1, 503, 2);
        assertThat(web1.takesRequests()).isTrue();

        answer(web1, 500, 1);

        assertThat(web1.takesRequests()).isFalse();
        assertThat(web1.stats().ejections()).isEqualTo(1);
        timers.advance(BASE.minus(ALMOST));
        assertThat(web1.takesRequests()).isFalse();
        timers.advance(ALMOST);
        assertThat(web1.takesRequests()).isTrue();
    }

    @Test
    void countsBrokenConnectionsAsFailuresAndOtherAnswersAsNone() {
        start("{consecutive-failures: 3}");
        answer(web1, 404, 10);
        answer(web1, 501, 10);
        assertThat(web1.takesRequests()).isTrue();

        web1.begin();
        web1.endWithConnectionError("connection refused");
        web1.begin();
        web1.endWithResponseError("connection closed");
        answer(web1, 504, 1);

        assertThat(web1.takesRequests()).isFalse();
    }

    @Test
    void ejectsForLongerEachTimeUpToAMaximum() {
        start("{consecutive-failures: 1, max-time: 25s}");
        for (Duration expected : List.of(BASE, BASE.multipliedBy(2), Duration.ofSeconds(25), Duration.ofSeconds(25))) {
            answer(web1, 503, 1);
            timers.advance(expected.minus(ALMOST));
            assertThat(web1.takesRequests()).as("within " + expected).isFalse();
            timers.advance(ALMOST);
            assertThat(web1.takesRequests()).as("after " + expected).isTrue();
        }
    }

    @Test
    void takesAQuietIntervalForAnImprovement() {
        start("{consecutive-failures: 1}");
        answer(web1, 503, 1);
        timers.advance(BASE);
        answer(web1, 200, 5);

        // One to see the failure go by, one without any.
        timers.advance(INTERVAL.multipliedBy(2));
        answer(web1, 503, 1);
        timers.advance(BASE);

        assertThat(web1.takesRequests()).isTrue();
        assertThat(web1.stats().ejections()).isEqualTo(2);
    }

    @Test
    void ejectsAServerThatFailsTooLargeAPartOfAnInterval() {
        start("{consecutive-failures: 0, error-rate: 20, min-requests: 10}");
        answer(web1, 503, 2);
        answer(web1, 200, 8);
        answer(web2, 503, 9);
        servers.get(2).begin();
        servers.get(2).endWithResponse(200);
        timers.advance(INTERVAL.minus(ALMOST));
        assertThat(servers).allMatch(BackendServer::takesRequests);

        timers.advance(ALMOST);

        // The second has had too few to tell.
        assertThat(web1.takesRequests()).isFalse();
        assertThat(web2.takesRequests()).isTrue();
    }

    @Test
    void countsNoRequestsThatAnotherServerAnsweredFirst() {
        start("{consecutive-failures: 3, error-rate: 20, min-requests: 10}");
        answer(web1, 200, 8);
        answer(web1, 503, 2);
        for (int i = 0; i < 90; i++) {
            web1.begin();
            web1.endOutrun(1);
        }
        timers.advance(INTERVAL);

        assertThat(web1.takesRequests()).isFalse();
    }

    @Test
    void countsConnectionsOfTcpModeAsRequests() {
        start("{consecutive-failures: 0, error-rate: 20, min-requests: 10}");
        for (int i = 0; i < 10; i++) {
            web1.beginSession();
            web1.endWithConnectionError("connection refused");
        }
        timers.advance(INTERVAL);

        assertThat(web1.takesRequests()).isFalse();
    }

    @Test
    void judgesEachIntervalByItself() {
        start("{consecutive-failures: 0, error-rate: 20, min-requests: 10}");
        answer(web1, 200, 1000);
        timers.advance(INTERVAL);
        answer(web1, 503, 5);
        answer(web1, 200, 15);
        timers.advance(INTERVAL);

        assertThat(web1.takesRequests()).isFalse();
    }

    @Test
    void ejectsAShareOfTheServersAtMost() {
        start("{consecutive-failures: 1, max-percent: 50}");
        servers.forEach(server -> answer(server, 503, 5));

        assertThat(servers.stream().filter(server -> server.state().ejected())).hasSize(2);
    }

    @Test
    void ejectsOneHoweverSmallTheShareButNeverTheLast() {
        start("{consecutive-failures: 1, max-percent: 0}");
        answer(web1, 503, 1);
        answer(web2, 503, 1);
        assertThat(web1.state().ejected()).isTrue();
        assertThat(web2.state().ejected()).isFalse();

        timers.advance(BASE);
        servers.stream().skip(1).forEach(server -> server.set(OperationalState.DOWN, "connection refused"));
        answer(web1, 503, 10);
        assertThat(web1.takesRequests()).isTrue();
    }

    @Test
    void ejectsNobodyWhereItIsOff() {
        start("{consecutive-failures: 0}");
        answer(web1, 503, 1000);
        timers.advance(INTERVAL.multipliedBy(3));

        assertThat(web1.takesRequests()).isTrue();
    }

    @Test
    void endsAllEjectionsWhenItStops() {
        Ejection ejection = start("{consecutive-failures: 1}");
        answer(web1, 503, 1);
        ejection.stop();
        assertThat(web1.takesRequests()).isTrue();

        answer(web1, 503, 10);
        assertThat(web1.takesRequests()).isTrue();
    }

    private Ejection start(String yaml) {
        EjectionSettings settings = SettingsReader.read(
                EjectionSettings.class,
                yaml.replace("}", ", interval: " + INTERVAL.toSeconds() + "s, base-time: 10s}"),
                Map.of());
        Ejection ejection = new Ejection(timers, new Backend("web", Balance.RANDOM, servers), settings);
        ejection.start();
        return ejection;
    }

    private void answer(BackendServer server, int status, int times) {
        for (int i = 0; i < times; i++) {
            server.begin();
            server.endWithResponse(status);
            timers.run();
        }
    }
}
