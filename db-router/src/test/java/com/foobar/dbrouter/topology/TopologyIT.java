package com.foobar.dbrouter.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.foobar.kit.testing.MariaDbServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class TopologyIT {

    private static final Duration INTERVAL = Duration.ofMillis(200);
    private static final ReadIndexSettings IMPATIENT =
            new ReadIndexSettings(Duration.ofMillis(300), Duration.ofSeconds(2), Duration.ofSeconds(4));

    private static DatabaseGroup group;
    private DatabaseGroup.View view;

    @BeforeAll
    static void start() {
        Assumptions.assumeTrue(MariaDbServer.runsHere(), "the embedded MariaDB is for Linux on x86-64");
        group = new DatabaseGroup(2);
        group.cluster.primary().execute("CREATE TABLE foobar.item (id INT PRIMARY KEY)");
    }

    @BeforeEach
    void view() throws Exception {
        view = group.view(INTERVAL, IMPATIENT);
        await().untilAsserted(() -> assertThat(names(replicas())).containsExactly("db-2", "db-3"));
    }

    @AfterEach
    void heal() {
        view.close();
        group.cluster.heal();
    }

    @AfterAll
    static void stop() {
        if (group != null) {
            group.close();
        }
    }

    @Test
    void recognisesThePrimaryAndItsReplicas() {
        TopologySnapshot snapshot = view.topology().snapshot();

        assertThat(snapshot.problem()).isEmpty();
        assertThat(snapshot.primary()).isNotNull();
        assertThat(snapshot.servers())
                .extracting(ServerState::role)
                .containsExactly(ServerRole.PRIMARY, ServerRole.REPLICA, ServerRole.REPLICA);
        assertThat(snapshot.servers()).allSatisfy(state -> {
            assertThat(state.flavour()).isEqualTo(Flavour.MARIADB);
            assertThat(state.version()).startsWith("11.4.5-MariaDB");
            assertThat(state.position()).isInstanceOf(GtidPosition.class);
        });
        assertThat(names(snapshot.replicas())).containsExactly("db-2", "db-3");
        assertThat(snapshot.servers().get(1).detail())
                .isEqualTo("follows 127.0.0.1:" + group.cluster.primary().port());
    }

    @Test
    void leavesOutAReplicaThatDiedOrStoppedApplyingAndTakesItBack() {
        group.cluster.replica(0).kill();
        await().untilAsserted(() -> assertThat(names(replicas())).containsExactly("db-3"));
        assertThat(state(1).detail()).startsWith("is unreachable: ");

        group.cluster.stopApplying(1);
        await().untilAsserted(() -> assertThat(replicas()).isEmpty());
        assertThat(state(2).detail()).contains("applier stopped");

        group.cluster.replica(0).start();
        group.cluster.startApplying(1);
        await().untilAsserted(() -> assertThat(names(replicas())).containsExactly("db-2", "db-3"));
    }

    @Test
    void recognisesARestartedPrimaryAndKeepsReplicasMeanwhile() {
        group.cluster.primary().kill();
        await().untilAsserted(
                        () -> assertThat(view.topology().snapshot().primary()).isNull());
        assertThat(names(replicas())).containsExactly("db-2", "db-3");
        assertThat(view.topology().snapshot().problem()).startsWith("no server accepts writes: db-1 is unreachable: ");

        group.cluster.primary().start();

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(primaryName()).isEqualTo("db-1"));
    }

    @Test
    void staysWithThePrimaryThatTheReplicasFollow() {
        group.cluster.replica(1).execute("STOP SLAVE", "RESET SLAVE ALL", "SET GLOBAL read_only=0");

        await().untilAsserted(
                        () -> assertThat(state(2).detail()).isEqualTo("accepts writes, but the replicas follow db-1"));
        assertThat(primaryName()).isEqualTo("db-1");
        assertThat(names(replicas())).containsExactly("db-2");
    }

    @Test
    void neverGuessesBetweenTwoServersThatAcceptWrites() {
        group.cluster.replica(1).execute("STOP SLAVE", "RESET SLAVE ALL", "SET GLOBAL read_only=0");
        group.cluster.replica(0).execute("STOP SLAVE", "RESET SLAVE ALL");

        await().untilAsserted(
                        () -> assertThat(view.topology().snapshot().primary()).isNull());

        assertThat(view.topology().snapshot().problem())
                .startsWith("2 servers accept writes")
                .contains("db-1 accepts writes, as another server does")
                .contains("db-3 accepts writes, as another server does");
    }

    @Test
    void noticesAPrimaryThatFroze() {
        group.cluster.primary().pause();
        try {
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(state(0).detail())
                    .isEqualTo("is unreachable: no answer in 2000 ms"));
        } finally {
            group.cluster.primary().resume();
        }
        await().untilAsserted(
                        () -> assertThat(view.topology().snapshot().primary()).isNotNull());
    }

    @Test
    void strictReadsFailClearlyWhileThePrimaryIsAwayAndGoOnAfterwards() throws Exception {
        assertThat(DatabaseGroup.await(view.choose()).server().name()).isIn("db-2", "db-3");

        group.cluster.primary().kill();
        assertThatThrownBy(() -> DatabaseGroup.await(view.choose()))
                .cause()
                .isInstanceOf(NoPrimaryException.class)
                .hasMessageStartingWith("no primary to tell the newest write for 4000 ms: ")
                .hasMessageContaining("db-1");

        group.cluster.primary().start();
        await().untilAsserted(() ->
                assertThat(DatabaseGroup.await(view.choose()).server().name()).isIn("db-2", "db-3"));
    }

    @Test
    void strictReadsGoToThePrimaryWhereNoReplicaCan() throws Exception {
        group.cluster.stopApplying(0);
        group.cluster.stopApplying(1);
        group.cluster.primary().execute("REPLACE INTO foobar.item VALUES (1)");
        ReadTarget first = DatabaseGroup.await(view.choose());
        assertThat(first.server().name()).isEqualTo("db-1");

        await().untilAsserted(() ->
                assertThat(DatabaseGroup.await(view.choose()).cause()).isEqualTo(ReadTarget.Cause.NO_REPLICA));
        assertThat(DatabaseGroup.await(view.choose()).server().name()).isEqualTo("db-1");

        group.cluster.startApplying(0);
        await().untilAsserted(() ->
                assertThat(DatabaseGroup.await(view.choose()).server().name()).isEqualTo("db-2"));
    }

    @Test
    void replicasThatWereLateServeAgainWithoutAnotherWrite() throws Exception {
        // Counted in whole seconds of the clock: one of them may be over at once.
        group.cluster.delayReplica(0, Duration.ofSeconds(5));
        group.cluster.delayReplica(1, Duration.ofSeconds(5));
        group.cluster.primary().execute("REPLACE INTO foobar.item VALUES (2)");
        assertThat(DatabaseGroup.await(view.choose()).server().name()).isEqualTo("db-1");

        await().untilAsserted(() -> {
            for (int i = 0; i < 20; i++) {
                assertThat(DatabaseGroup.await(view.choose()).cause()).isEqualTo(ReadTarget.Cause.REACHED);
            }
        });
    }

    /** The checks of this view are too far apart to have seen it. */
    @Test
    void strictReadsDoNotTrustAPrimaryThatWasReplacedByHand() throws Exception {
        DatabaseGroup.View slow = group.view(Duration.ofMinutes(1), IMPATIENT);
        try {
            assertThat(DatabaseGroup.await(slow.choose()).server().name()).isIn("db-2", "db-3");
            group.cluster.primary().execute("SET GLOBAL read_only=1");
            group.cluster.replica(1).execute("STOP SLAVE");
            // A write that only the new primary has: without one the other replica may rightly answer until it is
            // checked again. In a domain of its own, so that it hinders nobody from following the old primary again.
            group.cluster
                    .replica(0)
                    .execute(
                            "STOP SLAVE",
                            "RESET SLAVE ALL",
                            "SET GLOBAL read_only=0",
                            "SET SESSION gtid_domain_id=9",
                            "REPLACE INTO foobar.item VALUES (3)");

            for (int i = 0; i < 4; i++) {
                assertThat(DatabaseGroup.await(slow.choose()).server().name()).isEqualTo("db-2");
            }
        } finally {
            slow.close();
            group.cluster.primary().execute("SET GLOBAL read_only=0");
        }
    }

    @Test
    void readsOfOwnWritesGoOnWithoutAPrimaryWhereAReplicaHasThem() throws Exception {
        Position written =
                GtidPosition.parse(String.valueOf(group.cluster.primary().value("SELECT @@global.gtid_binlog_pos")));
        group.cluster.awaitReplication();
        await().untilAsserted(() -> assertThat(replicas())
                .allSatisfy(state -> assertThat(state.position()).isEqualTo(written)));
        group.cluster.primary().kill();
        await().untilAsserted(
                        () -> assertThat(view.topology().snapshot().primary()).isNull());

        ReadTarget own = DatabaseGroup.await(
                view.choose(ReadDemand.ownWrites(written, group.servers().get(0))));
        assertThat(own.server().name()).isIn("db-2", "db-3");
        assertThat(own.cause()).isEqualTo(ReadTarget.Cause.REACHED);
        assertThat(DatabaseGroup.await(view.choose(ReadDemand.token(written))).cause())
                .isEqualTo(ReadTarget.Cause.REACHED);
        assertThat(DatabaseGroup.await(view.choose(ReadDemand.EVENTUAL)).cause())
                .isEqualTo(ReadTarget.Cause.ANY_REPLICA);
        assertThatThrownBy(() -> DatabaseGroup.await(
                        view.choose(ReadDemand.token(written.merge(GtidPosition.parse("0-1-18446744073709551615"))))))
                .cause()
                .isInstanceOf(NoPrimaryException.class);
    }

    @Test
    void refusesATokenThatThePrimaryDoesNotHaveAndDoesNotHoldItAgainstTheReplicas() throws Exception {
        assertThatThrownBy(() -> DatabaseGroup.await(view.choose(ReadDemand.token(GtidPosition.parse("7-1-1")))))
                .cause()
                .isInstanceOf(UnusableTokenException.class)
                .hasMessageContaining("7-1-1")
                .hasMessageContaining("primary does not have");
        assertThatThrownBy(() -> DatabaseGroup.await(
                        view.choose(ReadDemand.token(GtidSet.parse("3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5")))))
                .cause()
                .isInstanceOf(UnusableTokenException.class);
        assertThat(DatabaseGroup.await(view.choose()).server().name()).isIn("db-2", "db-3");
    }

    @Test
    void keepsReadsOffThePrimaryWhereTheSettingsSaySo() throws Exception {
        ReadSettings error = new ReadSettings(ReadSettings.Fallback.ERROR, "");
        ReadIndex strictly = view.readIndex(error);
        group.cluster.stopApplying(0);
        group.cluster.stopApplying(1);
        await().untilAsserted(() -> assertThat(replicas()).isEmpty());

        for (ReadDemand demand : List.of(ReadDemand.STRICT, ReadDemand.EVENTUAL)) {
            assertThatThrownBy(() -> DatabaseGroup.await(view.choose(strictly, demand)))
                    .cause()
                    .isInstanceOf(NoReplicaException.class)
                    .hasMessageContaining("db-2 follows")
                    .hasMessageContaining("applier stopped")
                    .hasMessageContaining("reads.fallback is error");
        }
        group.cluster.startApplying(1);
        await().untilAsserted(() -> assertThat(replicas()).isNotEmpty());
        assertThat(DatabaseGroup.await(view.choose(strictly, ReadDemand.STRICT))
                        .server()
                        .name())
                .isEqualTo("db-3");
        strictly.close();
    }

    private ServerState state(int index) {
        return view.topology().snapshot().servers().get(index);
    }

    private String primaryName() {
        ServerState primary = view.topology().snapshot().primary();
        return primary == null ? "none" : primary.server().name();
    }

    private List<ServerState> replicas() {
        return view.topology().snapshot().replicas();
    }

    private static List<String> names(List<ServerState> states) {
        return states.stream().map(state -> state.server().name()).toList();
    }
}
