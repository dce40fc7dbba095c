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
import java.util.Map;
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
        Backend leastconn = Backend.of(settings("""
                        name: app
                        balance: leastconn
                        servers:
                          - {name: app-1, address: '127.0.0.1:8201'}
                          - {name: app-2, address: '127.0.0.1:8202', weight: 3}
                        """), clock);
        leastconn.servers().forEach(server -> server.set(UP, "200 OK"));

        for (int i = 0; i < 8; i++) {
            leastconn.pick().begin();
        }

        assertThat(leastconn.name()).isEqualTo("app");
        assertThat(leastconn.servers()).extracting(BackendServer::name).containsExactly("app-1", "app-2");
        assertThat(leastconn.servers()).extracting(BackendServer::inFlight).containsExactly(2, 6);
    }

    @Test
    void asksTheFirstBackupOnlyWhileNoOtherServerIsUp() {
        Backend withBackups = backend("panic-threshold: 0");
        List<BackendServer> servers = withBackups.servers();
        servers.forEach(server -> server.set(UP, "200 OK"));
        assertThat(picks(withBackups, 50)).containsOnly(servers.get(0), servers.get(1));

        servers.get(0).set(DOWN, "connection refused");
        servers.get(1).set(DRAIN);
        assertThat(picks(withBackups, 50)).containsOnly(servers.get(2));

        servers.get(2).set(DOWN, "connection refused");
        assertThat(picks(withBackups, 50)).containsOnly(servers.get(3));

        servers.get(1).set(READY);
        assertThat(picks(withBackups, 50)).containsOnly(servers.get(1));
    }

    @Test
    void asksAllBackupsWhereTheSettingsSaySo() {
        Backend withBackups = backend("allbackups: true");
        List<BackendServer> servers = withBackups.servers();
        servers.get(2).set(UP, "200 OK");
        servers.get(3).set(UP, "200 OK");

        assertThat(picks(withBackups, 50)).containsOnly(servers.get(2), servers.get(3));
    }

    @Test
    void asksThoseThatStillAnswerChecksWhenNoneIsUp() {
        Backend panicking = backend("panic-threshold: 1");
        List<BackendServer> servers = panicking.servers();
        servers.get(0).set(UP, "200 OK");
        servers.get(1).set(UP, "200 OK");
        servers.get(2).set(DOWN, "503 Service Unavailable", true);

        servers.get(0).set(DOWN, "503 Service Unavailable", true);
        assertThat(panicking.isInPanic()).isFalse();
        servers.get(1).set(DOWN, "connection refused", false);

        // Nobody answers at the second one, and the third was never up.
        assertThat(panicking.isInPanic()).isTrue();
        assertThat(panicking.isAvailable()).isFalse();
        assertThat(picks(panicking, 50)).containsOnly(servers.get(0));

        servers.get(0).set(DOWN, "connection refused", false);
        assertThat(panicking.isInPanic()).isFalse();
        assertThat(panicking.pick()).isNull();

        servers.get(0).set(DOWN, "503 Service Unavailable", true);
        assertThat(panicking.isInPanic()).isTrue();
        servers.get(1).set(UP, "200 OK");
        assertThat(panicking.isInPanic()).isFalse();
        assertThat(picks(panicking, 50)).containsOnly(servers.get(1));
    }

    @Test
    void panicsBelowTheThresholdAndAsksEjectedServersThen() {
        Backend panicking = backend("panic-threshold: 60");
        List<BackendServer> servers = panicking.servers();
        servers.get(0).set(UP, "200 OK");
        servers.get(1).set(UP, "200 OK");
        servers.get(1).eject();

        assertThat(panicking.isInPanic()).isTrue();
        assertThat(picks(panicking, 50)).containsOnly(servers.get(0), servers.get(1));

        // What people, or the server itself, do not want is no loss, and is not asked.
        servers.get(1).askDrain(true);
        assertThat(panicking.isInPanic()).isFalse();
        assertThat(picks(panicking, 50)).containsOnly(servers.get(0));
    }

    @Test
    void asksBackupsRatherThanPanic() {
        Backend withBackups = backend("panic-threshold: 60");
        List<BackendServer> servers = withBackups.servers();
        servers.forEach(server -> server.set(UP, "200 OK"));
        servers.get(0).set(DOWN, "503 Service Unavailable", true);
        servers.get(1).set(DOWN, "503 Service Unavailable", true);

        assertThat(withBackups.isInPanic()).isFalse();
        assertThat(picks(withBackups, 50)).containsOnly(servers.get(2));
    }

    @Test
    void followsAChangeOfWeight() {
        web1.set(UP, "200 OK");
        web2.set(UP, "200 OK");

        web1.weight(3);
        assertThat(picks(8).stream().filter(web1::equals)).hasSize(6);

        web1.weight(0);
        assertThat(picks(8)).containsOnly(web2);
    }

    @Test
    void countsTheRequestsOfAllItsServers() {
        web1.begin();
        web2.begin();
        web2.begin();
        assertThat(backend.inFlight()).isEqualTo(3);

        web1.endWithResponse(200);
        web2.endAborted();
        assertThat(backend.inFlight()).isEqualTo(1);
    }

    private Backend backend(String more) {
        return Backend.of(settings("""
                name: web
                servers:
                  - {name: web-1, address: '127.0.0.1:8101'}
                  - {name: web-2, address: '127.0.0.1:8102'}
                  - {name: backup-1, address: '127.0.0.1:8103', backup: true}
                  - {name: backup-2, address: '127.0.0.1:8104', backup: true}
                """ + more), clock);
    }

    private static List<BackendServer> picks(Backend from, int count) {
        return Stream.generate(from::pick).limit(count).toList();
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

    private static BackendSettings settings(String yaml) {
        return SettingsReader.read(BackendSettings.class, yaml, Map.of());
    }

    private List<BackendServer> picks(int count) {
        return Stream.generate(backend::pick).limit(count).toList();
    }

    private BackendServer server(String name, int weight) {
        return new BackendServer(name, new HostPort("127.0.0.1", 8101), weight, clock);
    }
}
