package com.foobar.http.backend;

import static com.foobar.http.backend.AdministrativeState.DRAIN;
import static com.foobar.http.backend.AdministrativeState.MAINT;
import static com.foobar.http.backend.AdministrativeState.READY;
import static com.foobar.http.backend.OperationalState.DOWN;
import static com.foobar.http.backend.OperationalState.UP;
import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.balance.Balance;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.settings.SettingsReader;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackendTest {
    private final TestClock clock = new TestClock();
    private final BackendServer web1 = server("web-1", 1);
    private final BackendServer web2 = server("web-2", 1);
    private final BackendServer web3 = server("web-3", 1);
    private final Backend backend = new Backend("web", Balance.ROUNDROBIN, List.of(web1, web2, web3));

    @Test
    void hasNoServerBeforeTheFirstCheck() {
        assertThat(backend.pick()).isNull();
        assertThat(backend.isAvailable()).isFalse();
        assertThat(backend.describe())
                .isEqualTo("web-1 DOWN for 0s (not checked yet), web-2 DOWN for 0s (not checked yet), "
                        + "web-3 DOWN for 0s (not checked yet)");
    }

    @Test
    void takesAServerInWhenItIsUpAndOutWhenItIsDown() {
        web1.set(UP, "200 OK");
        web2.set(UP, "200 OK");
        assertThat(picks(4)).containsOnly(web1, web2);

        web1.set(DOWN, "connection refused");
        assertThat(picks(4)).containsOnly(web2);

        web2.set(DOWN, "connection refused");
        assertThat(backend.pick()).isNull();

        web1.set(UP, "200 OK");
        assertThat(picks(4)).containsOnly(web1);
    }

    @Test
    void sendsNothingNewToServersInDrainOrMaintenance() {
        List.of(web1, web2, web3).forEach(server -> server.set(UP, "200 OK"));

        web1.set(DRAIN);
        web2.set(MAINT);
        assertThat(picks(4)).containsOnly(web3);

        web1.set(READY);
        web2.set(READY);
        assertThat(picks(6)).containsOnly(web1, web2, web3);
    }

    @Test
    void leavesOutWhatARequestHasTried() {
        web1.set(UP, "200 OK");
        web2.set(UP, "200 OK");

        assertThat(backend.pick(Set.of(web1))).isSameAs(web2);
        assertThat(backend.pick(Set.of(web1, web2))).isNull();
    }

    @Test
    void isNotAvailableWithServersOfNoWeight() {
        BackendServer idle = server("idle", 0);
        idle.set(UP, "200 OK");

        assertThat(new Backend("web", Balance.LEASTCONN, List.of(idle)).isAvailable())
                .isFalse();
    }

    @Test
    void seesTheStateThatServersHaveAlready() {
        web1.set(UP, "200 OK");

        assertThat(new Backend("web", Balance.LEASTCONN, List.of(web1, web2)).pick())
                .isSameAs(web1);
    }

    @Test
    void isBuiltAsTheSettingsSay() {
        Backend leastconn = Backend.of(
                new BackendSettings(
                        "app",
                        Balance.LEASTCONN,
                        List.of(
                                new ServerSettings("app-1", new HostPort("127.0.0.1", 8201), 1),
                                new ServerSettings("app-2", new HostPort("127.0.0.1", 8202), 3)),
                        SettingsReader.defaults(HealthCheckSettings.class)),
                clock);
        leastconn.servers().forEach(server -> server.set(UP, "200 OK"));

        for (int i = 0; i < 8; i++) {
            leastconn.pick().begin();
        }

        assertThat(leastconn.name()).isEqualTo("app");
        assertThat(leastconn.servers()).extracting(BackendServer::name).containsExactly("app-1", "app-2");
        assertThat(leastconn.servers()).extracting(BackendServer::inFlight).containsExactly(2, 6);
    }

    @Test
    void describesEachServerWithReasonAndTime() {
        web1.set(UP, "200 OK");
        web2.set(DOWN, "connection refused");
        web3.set(UP, "200 OK");
        web3.set(DRAIN);
        clock.advance(Duration.ofSeconds(7));

        assertThat(backend.describe()).isEqualTo("web-1 UP, web-2 DOWN for 7s (connection refused), web-3 UP/DRAIN");
    }

    private List<BackendServer> picks(int count) {
        return Stream.generate(backend::pick).limit(count).toList();
    }

    private BackendServer server(String name, int weight) {
        return new BackendServer(name, new HostPort("127.0.0.1", 8101), weight, clock);
    }
}
