package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.dbrouter.protocol.CapabilityFlags;
import com.foobar.kit.testing.MariaDbCluster;
import com.foobar.kit.testing.MariaDbServer;
import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session's state goes to the connection that serves it next with the read behind it, and nothing comes of that read where the server refuses the state. */
class StateAheadIT {
    private static final int UNKNOWN_DATABASE = 1049;
    private static final int INTERRUPTED = 1317;

    /** Nothing of the login is a setting that has to be repeated. */
    private static final long PLAIN = CapabilityFlags.OFFERED & ~CapabilityFlags.IGNORE_SPACE;

    private static final String ON_REPLICA = "/* router:replica consistency=eventual */ ";

    private static MariaDbCluster cluster;
    private static MariaDbServer primary;

    @BeforeAll
    static void start() {
        cluster = SharedCluster.get();
        primary = cluster.primary();
        primary.execute(
                "CREATE OR REPLACE TABLE foobar.ahead (note VARCHAR(40))",
                "SET GLOBAL log_output='TABLE'",
                "SET GLOBAL general_log=1");
    }

    @AfterAll
    static void stop() {
        primary.execute("SET GLOBAL general_log=0", "SET GLOBAL log_output='FILE'");
    }

    /** The server has it, though the router has no answer to the state: only the one way to the server was waited for. */
    @Test
    void aReadIsThereBeforeTheStateIsAnswered() throws IOException {
        try (MutingRelay relay = MutingRelay.waiting(primary, "+07:31");
                RouterFixture router = routerOfOneConnection(relay);
                MySqlWire client = loggedIn(router);
                MySqlWire other = loggedIn(router)) {
            assertThat(client.run("SET time_zone='+07:31'")).isZero();
            assertThat(other.value("SELECT @@time_zone")).isEqualTo("SYSTEM");
            relay.begin();
            client.query("SELECT 'a-read-behind' FROM foobar.ahead");
            awaitLogged("SELECT 'a-read-behind'%");
        }
    }

    /** A write would be carried out in spite of a refusal, and a text may be another statement where quotes are read otherwise. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET time_zone='+07:32'; INSERT INTO foobar.ahead VALUES ('waited 1')",
                "SET sql_mode='ANSI_QUOTES'; SELECT \"note\" AS waited_2 FROM foobar.ahead",
                "SET time_zone='+07:32'; SELECT 'waited 3' FROM foobar.ahead FOR UPDATE",
            })
    void anythingElseWaitsForTheAnswer(String statements) throws IOException {
        String setting = statements.substring(0, statements.indexOf(';'));
        String statement = statements.substring(statements.indexOf(';') + 2);
        try (MutingRelay relay = MutingRelay.waiting(primary, setting);
                RouterFixture router = routerOfOneConnection(relay);
                MySqlWire client = loggedIn(router);
                MySqlWire other = loggedIn(router)) {
            assertThat(client.run(setting)).isZero();
            assertThat(other.value("SELECT @@time_zone")).isEqualTo("SYSTEM");
            primary.execute("TRUNCATE mysql.general_log");
            relay.begin();
            client.query(statement);
            awaitLogged(setting);
            Awaitility.await().during(Duration.ofMillis(300)).until(() -> logged(statement)
                    .equals("0"));
        }
    }

    /** What waits for the answer, and a read that was sent behind the state. */
    @ParameterizedTest
    @ValueSource(strings = {"INSERT INTO foobar.ahead VALUES ('ended')", "SELECT 'ended' FROM foobar.ahead"})
    void aKillQueryDoesNotWaitForTheAnswer(String statement) throws IOException {
        try (MutingRelay relay = MutingRelay.waiting(primary, "+07:33");
                RouterFixture router = routerOfOneConnection(relay);
                MySqlWire client = loggedIn(router);
                MySqlWire other = loggedIn(router)) {
            sendBehindUnansweredState(relay, client, other, statement);
            assertThat(other.run("KILL QUERY "
                            + Integer.toUnsignedString(client.greeted().connectionId())))
                    .isZero();
            assertThat(client.readError()).isEqualTo(INTERRUPTED);
            assertThat(other.run("DELETE FROM foobar.ahead")).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INSERT INTO foobar.ahead VALUES ('ended')", "SELECT 'ended' FROM foobar.ahead"})
    void aClientThatLeavesDoesNotKeepTheConnectionUntilTheAnswer(String statement) throws IOException {
        try (MutingRelay relay = MutingRelay.waiting(primary, "+07:33");
                RouterFixture router = routerOfOneConnection(relay);
                MySqlWire client = loggedIn(router);
                MySqlWire other = loggedIn(router)) {
            sendBehindUnansweredState(relay, client, other, statement);
            client.socket().close();
            assertThat(other.run("DELETE FROM foobar.ahead")).isZero();
        }
    }

    private static void sendBehindUnansweredState(
            MutingRelay relay, MySqlWire client, MySqlWire other, String statement) throws IOException {
        String setting = "SET time_zone='+07:33'";
        assertThat(client.run(setting)).isZero();
        assertThat(other.value("SELECT @@time_zone")).isEqualTo("SYSTEM");
        primary.execute("TRUNCATE mysql.general_log");
        relay.begin();
        client.query(statement);
        awaitLogged(setting);
    }

    @Test
    void aReadWhoseDatabaseIsGoneFailsAndLeavesNothing() throws IOException {
        primary.execute("CREATE OR REPLACE DATABASE going");
        try (RouterFixture router = RouterFixture.start(cluster.servers().subList(0, 1), "pool: {max-connections: 1}")
                        .ready();
                MySqlWire client = loggedIn(router, "root");
                MySqlWire other = loggedIn(router, "root")) {
            assertThat(client.run("USE going")).isZero();
            assertThat(other.run("USE foobar")).isZero();
            primary.execute("DROP DATABASE going");
            for (int i = 0; i < 3; i++) {
                client.query("SELECT COUNT(*) FROM ahead");
                assertThat(client.readError()).isEqualTo(UNKNOWN_DATABASE);
                assertThat(other.value("SELECT CONCAT(DATABASE(), COUNT(*)) FROM ahead"))
                        .isEqualTo("foobar0");
            }
            primary.execute("CREATE DATABASE going");
            assertThat(client.value("SELECT DATABASE()")).isEqualTo("going");
        } finally {
            primary.execute("DROP DATABASE going");
        }
    }

    /** The replica reads in another database meanwhile, and is not left to that for as long as it takes. */
    @Test
    void aReadThatAReplicaCannotServeRunsOnThePrimaryAndEndsOnTheReplica() throws Exception {
        primary.execute("SET sql_log_bin=0", "CREATE DATABASE unreplicated");
        try (RouterFixture router =
                        RouterFixture.start(cluster.servers().subList(0, 2)).ready();
                MySqlWire client = loggedIn(router, "root");
                MySqlWire other = loggedIn(router, "root")) {
            Awaitility.await()
                    .until(() -> SightIT.metric(router, "dbrouter_server_answers_reads", "server=\"db-2\"") == 1);
            // On a connection that is open already: a new one would be refused at its login.
            assertThat(client.value(ON_REPLICA + "SELECT COUNT(DATABASE()) FROM foobar.ahead"))
                    .isEqualTo("0");
            assertThat(client.run("USE unreplicated")).isZero();
            assertThat(client.value(ON_REPLICA + "SELECT CONCAT(DATABASE(), COUNT(*)) FROM foobar.ahead"))
                    .isEqualTo("unreplicated0");
            assertThat(SightIT.metric(router, "dbrouter_reads_repeated_total", "cause=\"refused\""))
                    .isGreaterThanOrEqualTo(1);
            client.query(ON_REPLICA + "SELECT SLEEP(600) FROM (SELECT 1) AS one");
            Awaitility.await().until(() -> sleeping(primary).equals("1"));
            Awaitility.await().until(() -> sleeping(cluster.replica(0)).equals("0"));
            assertThat(sleeping(primary)).isEqualTo("1");
            assertThat(other.value(ON_REPLICA + "SELECT COUNT(DATABASE()) FROM foobar.ahead"))
                    .isEqualTo("0");
        } finally {
            primary.execute("SET sql_log_bin=0", "DROP DATABASE unreplicated");
        }
    }

    private static String sleeping(MariaDbServer server) {
        return server.value(
                "SELECT COUNT(*) FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND info LIKE '%SELECT SLEEP(600) FROM%'");
    }

    private static RouterFixture routerOfOneConnection(MutingRelay relay) {
        return RouterFixture.start(
                        "servers: [{name: db-1, address: '" + relay.address() + "'}]\n", "pool: {max-connections: 1}")
                .ready();
    }

    private static MySqlWire loggedIn(RouterFixture router) throws IOException {
        return loggedIn(router, RouterFixture.USER);
    }

    private static MySqlWire loggedIn(RouterFixture router, String user) throws IOException {
        MySqlWire client = new MySqlWire(router.port());
        client.login(user, PLAIN);
        return client;
    }

    private static void awaitLogged(String statement) {
        Awaitility.await().until(() -> !logged(statement).equals("0"));
    }

    private static String logged(String statement) {
        return primary.value("SELECT COUNT(*) FROM mysql.general_log WHERE command_type = 'Query' AND argument LIKE '"
                + statement.replace("'", "''") + "'");
    }
}
