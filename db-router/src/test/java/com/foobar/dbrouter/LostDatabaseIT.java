package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.testing.DatabaseServer;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The database of a session is dropped, or is changed unnoticed: no statement runs in another than its session is in. */
@OnBothDatabases
class LostDatabaseIT {
    private static final int NO_DATABASE = 1046;
    private static final int UNKNOWN_DATABASE = 1049;
    private static final int NEEDS_REPREPARING = 1615;

    private static final String ON_REPLICA = "/* router:replica consistency=eventual */ ";
    private static final String DATABASE = "SELECT IFNULL(DATABASE(), 'none')";

    private final DatabaseServer primary = TestedCluster.get().primary();

    /** With one connection to each server, which every client has in its turn. */
    private RouterFixture router;

    @BeforeEach
    void start() {
        primary.execute("GRANT ALL ON lost.* TO foobar_app@'%'", "GRANT ALL ON kept.* TO foobar_app@'%'");
        create("kept");
        create("lost");
        router = RouterFixture.start(
                        TestedCluster.get().servers().subList(0, 2),
                        "pool: {max-connections: 1}",
                        "monitor: {timeout: 20s}")
                .ready();
    }

    @AfterEach
    void stop() {
        router.close();
        primary.execute("DROP DATABASE IF EXISTS lost", "DROP DATABASE IF EXISTS kept");
        TestedCluster.get().awaitReplication();
    }

    @Test
    void theDatabaseOfAPreparedStatementIsNotTheNextClients() throws IOException {
        try (MySqlWire client = loggedIn();
                MySqlWire other = loggedIn()) {
            byte[] prepared = prepareInLost(client);
            assertThat(client.run("DROP DATABASE lost")).isZero();
            create("lost");

            client.execute(prepared);
            readRows(client);
            assertThat(client.value(ON_REPLICA + DATABASE)).isEqualTo("none");
            assertThat(other.value(ON_REPLICA + DATABASE)).isEqualTo("none");
            other.query(ON_REPLICA + "SELECT n FROM t");
            assertThat(other.readError()).isEqualTo(NO_DATABASE);
        }
    }

    /** It could not be brought back to having none. */
    @Test
    void aKeptConnectionDoesNotGoToTheDatabaseOfAPreparedStatement() throws IOException {
        try (MySqlWire client = loggedIn()) {
            byte[] prepared = prepareInLost(client);
            assertThat(client.run("DROP DATABASE lost")).isZero();
            create("lost");

            assertThat(client.run("BEGIN")).isZero();
            client.execute(prepared);
            assertThat(client.readError()).isEqualTo(NEEDS_REPREPARING);
            assertThat(client.value(DATABASE)).isEqualTo("none");
            assertThat(client.run("COMMIT")).isZero();
        }
    }

    @Test
    @OnMariaDbOnly
    void aDatabaseThatNobodyHasToldOfIsNotThatOfASessionThatBeginsAnew() throws IOException {
        try (MySqlWire client = loggedIn()) {
            assertThat(client.run("SET session_track_schema = OFF")).isZero();
            assertThat(client.run("EXECUTE IMMEDIATE 'USE lost'")).isZero();
            assertThat(client.reset()).isZero();
            assertThat(client.value("/* router:primary */ " + DATABASE)).isEqualTo("none");
        }
    }

    /** To open one takes longer. */
    @Test
    void aConnectionWithoutADatabaseIsUsedAgainWhenItIsReset() throws IOException {
        try (MySqlWire client = loggedIn()) {
            String id = primaryConnection(client);
            assertThat(client.run("SET @left = 1")).isZero();
            assertThat(client.reset()).isZero();
            assertThat(primaryConnection(client)).isEqualTo(id);
        }
    }

    @Test
    void nothingIsWrittenToAnotherDatabaseWhereTheOwnIsGone() throws IOException {
        try (MySqlWire client = loggedIn()) {
            client.initDb("kept");
            assertThat(client.read()[0]).isZero();
            byte[] prepared = prepare(client);
            assertThat(client.run("USE lost")).isZero();
            assertThat(client.run("BEGIN")).isZero();
            assertThat(client.run("INSERT INTO kept.t VALUES (1)")).isZero();
            primary.execute("DROP DATABASE lost");

            client.execute(prepared);
            assertThat(client.readError()).isEqualTo(UNKNOWN_DATABASE);
            client.query("INSERT INTO t VALUES (2)");
            assertThat(client.readError()).isEqualTo(UNKNOWN_DATABASE);
            create("lost");
            assertThat(client.run("INSERT INTO t VALUES (3)")).isZero();
            assertThat(client.run("COMMIT")).isZero();
        }
        assertThat(primary.value("SELECT GROUP_CONCAT(n ORDER BY n) FROM kept.t"))
                .isEqualTo("0,1");
        assertThat(primary.value("SELECT GROUP_CONCAT(n ORDER BY n) FROM lost.t"))
                .isEqualTo("0,3");
    }

    private void create(String database) {
        primary.execute(
                "CREATE DATABASE " + database,
                "CREATE TABLE " + database + ".t (n INT)",
                "INSERT INTO " + database + ".t VALUES (0)");
        TestedCluster.get().awaitReplication();
    }

    private MySqlWire loggedIn() throws IOException {
        MySqlWire client = new MySqlWire(router.port());
        assertThat(client.login()[0]).isZero();
        return client;
    }

    private static byte[] prepareInLost(MySqlWire client) throws IOException {
        client.initDb("lost");
        assertThat(client.read()[0]).isZero();
        return prepare(client);
    }

    /** On the replica. */
    private static byte[] prepare(MySqlWire client) throws IOException {
        client.prepare(ON_REPLICA + "SELECT n FROM t");
        byte[] prepared = client.read();
        assertThat(prepared[0]).isZero();
        client.read(); // The column.
        return prepared;
    }

    private static void readRows(MySqlWire client) throws IOException {
        assertThat(client.read()).as("one column").containsExactly(1);
        client.read();
        assertThat(client.read()[0]).as("a row").isZero();
        assertThat(client.read()[0] & 0xff).as("the end").isEqualTo(0xfe);
    }

    private static String primaryConnection(MySqlWire client) throws IOException {
        return client.value("/* router:primary */ SELECT id FROM information_schema.processlist"
                + " WHERE info LIKE '%SELECT id FROM information_schema.processlist%'");
    }
}
