package com.foobar.http.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.balance.Balancer;
import com.foobar.kit.settings.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of those who wait when something happens to servers. */
class AdmissionServerChangesTest extends AdmissionFixture {
    @Test
    void sendsThoseWhoWaitForAServerThatGoesDownToOthersInTheirTurn() {
        servers(2);
        admit(1, 10);
        fill(2);
        Request session = request().forSession(server(0));
        Request younger = request().forAny();

        server(0).set(OperationalState.DOWN, "test");
        assertThat(admission.waitingFor(server(0))).isZero();
        admission.release(server(1));
        session.isAdmittedTo(server(1));
        younger.waits();
        admission.release(server(1));
        younger.isAdmittedTo(server(1));
    }

    @Test
    void sendsThemAtOnceWhereAnotherServerHasRoom() {
        servers(2);
        admit(1, 10);
        assertThat(admission.take(Balancer.NO_KEY, server(0), Set.of())).isEqualTo(server(0));
        Request session = request().forSession(server(0));

        server(0).set(AdministrativeState.MAINT);
        session.isAdmittedTo(server(1));
    }

    @Test
    void keepsThoseWhoWaitForAServerThatIsDrainedAndServesNobodyElseThere() {
        servers(2);
        admit(1, 10);
        fill(2);
        Request any = request().forAny();
        Request session = request().forSession(server(0));

        server(0).set(AdministrativeState.DRAIN);
        admission.release(server(0));
        session.isAdmittedTo(server(0));
        admission.release(server(0));
        any.waits();
        server(0).set(AdministrativeState.READY);
        any.isAdmittedTo(server(0));
    }

    @Test
    void keepsSessionsAtABackupServerAndServesNobodyElseThere() {
        servers(Duration.ZERO, settings(0, 1, false, null), settings(1, 1, true, null));
        admit(1, 10);
        fill(1);
        assertThat(admission.take(Balancer.NO_KEY, server(1), Set.of())).isEqualTo(server(1));
        Request any = request().forAny();
        Request session = request().forSession(server(1));

        admission.release(server(1));
        session.isAdmittedTo(server(1));
        admission.release(server(1));
        any.waits();
        server(0).set(OperationalState.DOWN, "test");
        any.isAdmittedTo(server(1));
    }

    @Test
    void goesOnServingThoseWhoWaitAtABackupServerThatHasSteppedIn() {
        servers(
                Duration.ZERO,
                settings(0, 1, false, null),
                new ServerSettings("backup", new HostPort("127.0.0.1", 9), 1, true, 2, null, ServerProtocol.H1, null));
        admit(1, 20);
        fill(1);
        List<Request> waiting = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waiting.add(request().forAny());
        }

        server(0).set(OperationalState.DOWN, "test");
        await().atMost(LONG).until(() -> admitted(waiting) == 2);
        for (int served = 3; served <= 10; served++) {
            admission.release(server(1));
            long expected = served;
            await().atMost(LONG).until(() -> admitted(waiting) == expected);
        }
        assertThat(admission.waiting()).isZero();
    }

    @Test
    void wakesThoseWhoWaitWhenAWeightIsRaisedFromZero() {
        servers(Duration.ZERO, settings(0, 1, false, null), settings(1, 0, false, null));
        admit(1, 10);
        fill(1);
        Request any = request().forAny();
        any.waits();

        server(1).weight(1);
        any.isAdmittedTo(server(1));
    }

    @Test
    void givesAServerThatStartsSlowlyItsPlacesAsTimeGoesBy() {
        servers(Duration.ofMillis(200), settings(0, 1, false, null));
        admit(100, 1000);
        server(0).set(OperationalState.DOWN, "test");
        server(0).set(OperationalState.UP, "test");
        fill(1);
        List<Request> waiting = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            waiting.add(request().forAny());
        }
        waiting.get(0).waits();

        nanos.addAndGet(Duration.ofMillis(50).toNanos());
        await().atMost(LONG).until(() -> admitted(waiting) == 24);
        nanos.addAndGet(Duration.ofMillis(50).toNanos());
        await().atMost(LONG).until(() -> admitted(waiting) == 49);
        nanos.addAndGet(Duration.ofMillis(100).toNanos());
        await().atMost(LONG).until(() -> admitted(waiting) == 99);
        waiting.get(99).waits();
        for (int i = 0; i < 21; i++) {
            admission.release(server(0));
        }
        await().atMost(LONG).until(() -> admitted(waiting) == 120);
    }
}
