package com.foobar.dbrouter.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoleAssignmentTest {

    private static final Duration MAX_LAG = Duration.ofSeconds(30);

    @Test
    void theOnlyWritableServerIsThePrimary() {
        TopologySnapshot snapshot = assign(writable(1), replica(2, 1, Duration.ZERO));

        assertThat(snapshot.primary()).isEqualTo(writable(1));
        assertThat(snapshot.replicas()).containsExactly(replica(2, 1, Duration.ZERO));
        assertThat(snapshot.problem()).isEmpty();
    }

    @Test
    void aSingleServerIsThePrimary() {
        assertThat(assign(writable(1)).primary()).isEqualTo(writable(1));
    }

    @Test
    void ofTwoWritableServersTheOneThatIsFollowedIsThePrimary() {
        TopologySnapshot snapshot = assign(writable(1), writable(2), replica(3, 2, Duration.ZERO));

        assertThat(snapshot.primary()).isEqualTo(writable(2));
        assertThat(snapshot.servers().get(0).role()).isEqualTo(ServerRole.UNKNOWN);
        assertThat(snapshot.servers().get(0).detail()).isEqualTo("accepts writes, but the replicas follow db-2");
    }

    @Test
    void ofTwoWritableServersThatAreBothFollowedNoneIs() {
        TopologySnapshot snapshot =
                assign(writable(1), writable(2), replica(3, 2, Duration.ZERO), replica(4, 1, Duration.ZERO));

        assertThat(snapshot.primary()).isNull();
        assertThat(snapshot.problem())
                .contains("2 servers accept writes")
                .contains("db-1")
                .contains("db-2");
    }

    @Test
    void ofTwoWritableServersThatNobodyFollowsNoneIs() {
        assertThat(assign(writable(1), writable(2)).primary()).isNull();
        assertThat(assign(writable(1), writable(2), ServerState.unreachable(server(3), "is unreachable: x"))
                        .primary())
                .isNull();
    }

    @Test
    void namesEveryServerWhereNoneAcceptsWrites() {
        TopologySnapshot snapshot =
                assign(ServerState.unreachable(server(1), "is unreachable: x"), replica(2, 1, null));

        assertThat(snapshot.problem())
                .isEqualTo("no server accepts writes: db-1 is unreachable: x; db-2 follows server 1");
    }

    @Test
    void leavesOutReplicasThatAreTooFarBehindOrDoNotApply() {
        ServerState stopped = new ServerState(
                server(4),
                ServerRole.REPLICA,
                true,
                Flavour.MARIADB,
                "11.4",
                4,
                1,
                null,
                false,
                Duration.ZERO,
                "stopped");

        assertThat(assign(writable(1), replica(2, 1, MAX_LAG.plusSeconds(1)), replica(3, 1, MAX_LAG), stopped)
                        .replicas())
                .containsExactly(replica(3, 1, MAX_LAG));
    }

    @Test
    void takesAReplicaThatCannotTellItsLagOnlyWhileThePrimaryIsAway() {
        assertThat(assign(writable(1), replica(2, 1, null)).replicas()).isEmpty();
        assertThat(assign(ServerState.unreachable(server(1), "x"), replica(2, 1, null))
                        .replicas())
                .containsExactly(replica(2, 1, null));
    }

    private static TopologySnapshot assign(ServerState... states) {
        return RoleAssignment.assign(List.of(states), MAX_LAG);
    }

    private static ServerState writable(int id) {
        return new ServerState(
                server(id),
                ServerRole.PRIMARY,
                true,
                Flavour.MARIADB,
                "11.4",
                id,
                0,
                null,
                false,
                null,
                "accepts writes");
    }

    private static ServerState replica(int id, int source, @Nullable Duration lag) {
        return new ServerState(
                server(id),
                ServerRole.REPLICA,
                true,
                Flavour.MARIADB,
                "11.4",
                id,
                source,
                GtidPosition.EMPTY,
                true,
                lag,
                "follows server " + source);
    }

    private static DatabaseServer server(int id) {
        return new DatabaseServer("db-" + id, "localhost", 3310 + id);
    }
}
