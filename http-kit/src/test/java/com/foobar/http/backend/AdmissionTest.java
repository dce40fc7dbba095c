package com.foobar.http.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.balance.Balance;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.settings.SettingsReader;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdmissionTest extends AdmissionFixture {
    /** Each of some servers, whose places are of different numbers: the last is as easy to find as the first. */
    @ParameterizedTest
    @EnumSource(Balance.class)
    void findsEveryPlaceThatIsFree(Balance balance) {
        int count = 150;
        servers(
                Duration.ZERO,
                IntStream.range(0, count)
                        .mapToObj(i -> new ServerSettings(
                                "server-" + i,
                                new HostPort("127.0.0.1", 1 + i),
                                1 + i % 7,
                                false,
                                1 + i % 3,
                                null,
                                ServerProtocol.H1,
                                null))
                        .toArray(ServerSettings[]::new));
        admission = new Admission(new Backend("test", balance, servers), loops, 1, 10);
        for (int round = 0; round < 3; round++) {
            Map<BackendServer, Integer> given = new HashMap<>();
            for (int i = 0; i < 2 * count; i++) {
                BackendServer server = admission.take(
                        balance.hashes() ? ThreadLocalRandom.current().nextLong() | 1 : 0, null, Set.of());
                assertThat(server).as("place %d", i).isNotNull();
                server.begin();
                given.merge(server, 1, Integer::sum);
            }
            assertThat(admission.take(1, null, Set.of())).isNull();
            for (int i = 0; i < count; i++) {
                assertThat(given.get(server(i))).isEqualTo(1 + i % 3);
            }
            // Each by itself is found again among all the others, which are full.
            BackendServer freed = server(7 * round);
            admission.release(freed);
            assertThat(admission.take(1, null, Set.of(freed))).isNull();
            assertThat(admission.take(1, null, Set.of())).isEqualTo(freed);
            given.forEach((server, places) -> {
                for (int i = 0; i < places; i++) {
                    server.endWithResponse(200);
                    admission.release(server);
                }
            });
        }
    }

    @Test
    void givesAFreedPlaceToTheOldestOfBothQueues() {
        servers(2);
        admit(1, 10);
        fill(2);
        Request first = request().forAny();
        Request session = request().forSession(server(0));
        Request third = request().forAny();

        admission.release(server(0));
        first.isAdmittedTo(server(0));
        admission.release(server(1));
        third.isAdmittedTo(server(1));
        session.waits();
        Request late = request().forAny();
        admission.release(server(0));
        session.isAdmittedTo(server(0));
        late.waits();
        assertThat(admission.waiting()).isEqualTo(1);
        assertThat(admission.waitingFor(server(0))).isZero();
    }

    @Test
    void hasSessionsOfOneServerTakeNoPlaceInTheQueueOfTheOthers() {
        servers(2);
        admit(1, 2);
        fill(2);
        Request one = request().forSession(server(0));
        Request two = request().forSession(server(0));
        Request any = request().forAny();

        assertThat(admission.waitingFor(server(0))).isEqualTo(2);
        assertThat(admission.waiting()).isEqualTo(1);
        admission.release(server(1));
        any.isAdmittedTo(server(1));
        one.waits();
        two.waits();
    }

    @Test
    void sendsSessionsElsewhereWhenTheQueueOfTheirServerIsFull() {
        servers(Duration.ZERO, settings(0, 1, false, 1), settings(1, 1, false, null));
        admit(1, 2);
        fill(2);
        Request waiting = request().forSession(server(0));
        Request other = request().forSession(server(0));

        assertThat(admission.waitingFor(server(0))).isEqualTo(1);
        assertThat(admission.waiting()).isEqualTo(1);
        admission.release(server(1));
        other.isAdmittedTo(server(1));
        waiting.waits();
    }

    @Test
    void refusesWhoFindsTheQueueOfTheBackendFull() {
        servers(1);
        admit(1, 1);
        fill(1);
        Request waiting = request().forAny();
        assertThat(request().forAny().refused()).isTrue();

        assertThat(waiting.refused()).isFalse();
        admission.leave(waiting.wait);
        assertThat(request().forAny().refused()).isFalse();
    }

    @Test
    void forgetsWhoLeaves() {
        servers(1);
        admit(1, 10);
        fill(1);
        Request gone = request().forAny();
        Request goneToo = request().forSession(server(0));
        Request stays = request().forAny();
        admission.leave(gone.wait);
        admission.leave(goneToo.wait);

        admission.release(server(0));
        stays.isAdmittedTo(server(0));
        gone.waits();
        goneToo.waits();
    }

    @Test
    void keepsWhoWasFailedByAServerAwayFromItAsLongAsThereIsAnother() {
        servers(2);
        admit(1, 10);
        fill(2);
        Request failed = request().forAnyBut(server(0));
        Request any = request().forAny();

        admission.release(server(0));
        any.isAdmittedTo(server(0));
        failed.waits();
        server(1).set(OperationalState.DOWN, "test");
        admission.release(server(0));
        failed.isAdmittedTo(server(0));
    }

    @Test
    void givesPlacesOfSeveralServersToThoseWhoWaitInTurn() {
        servers(Duration.ZERO, settings(0, 1, false, null), settings(1, 1, true, null), settings(2, 1, true, null));
        BackendSettings settings = SettingsReader.read(BackendSettings.class, """
                name: test
                allbackups: true
                servers:
                  - {name: a, address: '127.0.0.1:1'}
                  - {name: b, address: '127.0.0.1:2', backup: true}
                  - {name: c, address: '127.0.0.1:3', backup: true}
                """, Map.of());
        Backend backend = Backend.of(settings, Clock.systemUTC());
        servers = backend.servers();
        servers.forEach(server -> server.set(OperationalState.UP, "test"));
        admission = new Admission(backend, loops, 4, 10);
        fill(4);
        List<Request> waiting = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            waiting.add(request().forAny());
        }
        server(0).set(OperationalState.DOWN, "test");

        waiting.forEach(each -> await().atMost(LONG).until(() -> each.server != null));
        assertThat(waiting.stream().filter(each -> server(1).equals(each.server)))
                .hasSize(3);
        assertThat(waiting.stream().filter(each -> server(2).equals(each.server)))
                .hasSize(3);
    }

    @Test
    void sendsWhoWasFailedByAllServersToAnyOfThem() {
        servers(2);
        admit(1, 10);
        fill(2);
        Request failed = request().forAnyBut(server(0), server(1));

        admission.release(server(1));
        failed.isAdmittedTo(server(1));
    }
}
