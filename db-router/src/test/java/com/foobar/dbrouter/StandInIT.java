package com.foobar.dbrouter;

import static com.foobar.dbrouter.LosablePrimary.BOUND;
import static com.foobar.dbrouter.LosablePrimary.LIMIT;
import static com.foobar.dbrouter.LosablePrimary.NOT_REACHABLE;
import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.dbrouter.protocol.CapabilityFlags;
import com.foobar.kit.testing.MariaDbServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions begin and change while there is no primary: a replica answers in its place what needs no data. */
@Timeout(120)
class StandInIT {
    private static final String EVENTUAL = "/* router:consistency=eventual */ ";
    private static final String ON_PRIMARY = "/* router:primary */ ";
    private static final String READ = "SELECT n FROM foobar.orphan WHERE id = 1";
    private static final String WRITE = "UPDATE foobar.orphan SET n = n + 1 WHERE id = 1";

    @RegisterExtension
    private static final LosablePrimary primary = new LosablePrimary();

    /** Under {@code strict}, with all that they ask and set as they log in, and with what an application sets. */
    @ParameterizedTest
    @ValueSource(strings = {"mariadb", "mysql"})
    void driversLogInAndRead(String driver) throws SQLException {
        primary.lose();
        long begun = System.nanoTime();
        try (Connection connection = DriverManager.getConnection("jdbc:" + driver + "://localhost:"
                        + primary.patient().port() + "/" + MariaDbServer.DATABASE + "?user=" + RouterFixture.USER
                        + "&password=" + MariaDbServer.PASSWORD + "&sslMode=DISABLED&allowPublicKeyRetrieval=true");
                Statement statement = connection.createStatement()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            assertThat(number(statement, EVENTUAL + READ)).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BOUND);

            primary.bringBack();
            assertThat(statement.executeUpdate(WRITE)).isEqualTo(1);
            assertThat(number(statement, READ)).isEqualTo(1);
            assertThat(number(
                            statement,
                            ON_PRIMARY + "SELECT @@server_id = 1 AND @@transaction_isolation = 'READ-COMMITTED'"))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void thePrimaryTakesOverWhatWasSet(boolean byCommand) throws Exception {
        try (MySqlWire client = new MySqlWire(primary.patient().port())) {
            client.login();
            primary.lose();
            long begun = System.nanoTime();
            assertThat(client.run("SET time_zone='+03:00', autocommit=1")).isZero();
            if (byCommand) {
                client.initDb("foobar");
            } else {
                client.query("USE `foobar`");
            }
            assertThat(client.readError()).isZero();
            assertThat(client.value("SELECT @@time_zone")).isEqualTo("+03:00");
            assertThat(client.value(EVENTUAL + "SELECT DATABASE()")).isEqualTo("foobar");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BOUND);

            client.socket().setSoTimeout(60_000);
            client.query("UPDATE orphan SET n = n + @@server_id WHERE id = 1");
            primary.cluster().primary().start();
            assertThat(client.readError()).as("a write waits for the primary").isZero();
            assertThat(client.value(ON_PRIMARY + "SELECT CONCAT(@@server_id, @@time_zone, DATABASE(), n) FROM orphan"))
                    .isEqualTo("1+03:00foobar1");
        }
    }

    /** What would be lost with the replica's connection, what is the server's own, and what has to tell data. */
    @Test
    void theRestWaitsForThePrimary() throws Exception {
        List<String> statements = List.of(
                "SET autocommit=0",
                "SET autocommit=DEFAULT",
                "SET @x=1",
                "SET TRANSACTION READ ONLY",
                "SET time_zone='+00:00', GLOBAL max_connections=10",
                "SET GLOBAL max_connections=10",
                "SET sql_mode=(SELECT 'ANSI')",
                "SET NAMES utf8mb4 /*M!100000 COLLATE utf8mb4_bin */",
                "SET time_zone='+00:00'" + " ".repeat(5000),
                "USE /* the */ foobar",
                "SELECT @@global.gtid_binlog_pos",
                "SELECT @@sql_mode, (SELECT n FROM foobar.orphan)",
                ON_PRIMARY + "SET NAMES utf8mb4",
                ON_PRIMARY + "USE foobar",
                ON_PRIMARY + "SELECT @@sql_mode");
        RouterFixture hurried = primary.hurried();
        List<MySqlWire> clients = new ArrayList<>();
        try {
            for (int i = 0; i < statements.size(); i++) {
                clients.add(new MySqlWire(hurried.port()));
                clients.get(i).login();
            }
            primary.lose();
            double onReplicas = SightIT.metric(hurried, "dbrouter_statements_total", "role=\"replica\"");
            long begun = System.nanoTime();
            for (int i = 0; i < statements.size(); i++) {
                clients.get(i).query(statements.get(i));
            }
            for (int i = 0; i < statements.size(); i++) {
                clients.get(i).socket().setSoTimeout((int) BOUND.toMillis());
                assertThat(clients.get(i).readError()).as(statements.get(i)).isEqualTo(NOT_REACHABLE);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(LIMIT, BOUND);
            assertThat(SightIT.metric(hurried, "dbrouter_statements_total", "role=\"replica\""))
                    .isEqualTo(onReplicas);
            for (int i = 0; i < statements.size(); i++) {
                assertThat(clients.get(i).value(EVENTUAL + READ))
                        .as("the session goes on after %s", statements.get(i))
                        .isEqualTo("0");
            }
        } finally {
            for (MySqlWire client : clients) {
                client.close();
            }
        }
    }

    @Test
    void whatIsOneTooManyToBeCarriedOverWaitsForThePrimary() throws Exception {
        try (MySqlWire client = new MySqlWire(primary.hurried().port())) {
            // With IGNORE_SPACE a session begins with a setting.
            client.login(CapabilityFlags.OFFERED & ~CapabilityFlags.IGNORE_SPACE, 45);
            for (int i = 0; i < 31; i++) {
                assertThat(client.run("SET net_read_timeout=30, lock_wait_timeout=" + (100 + i)))
                        .isZero();
            }
            primary.lose();
            client.socket().setSoTimeout((int) BOUND.toMillis());
            assertThat(client.run("SET net_read_timeout=31, lock_wait_timeout=7"))
                    .isZero();
            client.query("SET net_read_timeout=32, lock_wait_timeout=8");
            assertThat(client.readError()).isEqualTo(NOT_REACHABLE);
            assertThat(client.value("SELECT @@lock_wait_timeout")).isEqualTo("7");
        }
    }

    /** A replica may only not have it yet: the primary's word is waited for, and is the one that counts. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "COM_INIT_DB | 0",
                "USE unreplicated | 0",
                "SET time_zone='nowhere' | 1298",
                "SELECT @@session.sql_mode, @@names | 1193",
            })
    void aReplicasRefusalIsNoAnswer(String sql, int primarys) throws Exception {
        createUnreplicated();
        try (MySqlWire hurried = new MySqlWire(primary.hurried().port());
                MySqlWire patient = new MySqlWire(primary.patient().port())) {
            hurried.login("root");
            patient.login("root");
            assertThat(hurried.run("USE foobar")).isZero();
            primary.lose();
            double before = refused(primary.hurried());
            hurried.socket().setSoTimeout((int) BOUND.toMillis());
            send(hurried, sql);
            assertThat(hurried.readError()).isEqualTo(NOT_REACHABLE);
            assertThat(refused(primary.hurried())).as("asked once").isEqualTo(before + 1);
            assertThat(hurried.value("SELECT CONCAT(DATABASE(), @@time_zone)"))
                    .as("nothing has changed")
                    .isEqualTo("foobarSYSTEM");

            double beforehand = refused(primary.patient());
            send(patient, sql);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> refused(primary.patient()) > beforehand);
            patient.socket().setSoTimeout(60_000);
            primary.cluster().primary().start();
            assertThat(patient.readError()).isEqualTo(primarys);
            if (primarys == 0) {
                assertThat(patient.value(ON_PRIMARY + "SELECT DATABASE()")).isEqualTo("unreplicated");
            }
        } finally {
            dropUnreplicated();
        }
    }

    @Test
    void aReplicaWithoutTheSessionsDatabaseDoesNotStandIn() throws Exception {
        createUnreplicated();
        try (MySqlWire client = new MySqlWire(primary.hurried().port())) {
            client.login("root");
            assertThat(client.run("USE unreplicated")).isZero();
            primary.lose();
            client.socket().setSoTimeout((int) BOUND.toMillis());
            client.query("SET time_zone='+03:00'");
            assertThat(client.readError()).isEqualTo(NOT_REACHABLE);
            primary.bringBack();
            assertThat(client.value("SELECT CONCAT(DATABASE(), @@time_zone)")).isEqualTo("unreplicatedSYSTEM");
        } finally {
            dropUnreplicated();
        }
    }

    /** A database that the replica does not get. */
    private static void createUnreplicated() {
        primary.cluster().primary().execute("SET sql_log_bin=0", "CREATE DATABASE unreplicated");
    }

    private static void dropUnreplicated() {
        primary.bringBack();
        primary.cluster().primary().execute("SET sql_log_bin=0", "DROP DATABASE unreplicated");
    }

    private static void send(MySqlWire client, String sql) throws IOException {
        if (sql.equals("COM_INIT_DB")) {
            client.initDb("unreplicated");
        } else {
            client.query(sql);
        }
    }

    private static double refused(RouterFixture router) throws IOException, InterruptedException {
        return SightIT.metric(router, "dbrouter_reads_repeated_total", "cause=\"refused\"");
    }

    /** It is on its way to a primary that answers nothing any more, and a session has only that one. */
    @Test
    void aPrimaryThatHangsDoesNotKeepASetting() throws Exception {
        MariaDbServer server = primary.cluster().primary();
        try (RouterFixture router = RouterFixture.start(
                                primary.cluster().servers(),
                                "sessions: {primary-timeout: 60s}",
                                "read-index: {primary-timeout: 60s}")
                        .ready();
                MySqlWire client = new MySqlWire(router.port())) {
            client.login();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> SightIT.metric(router, "dbrouter_server_answers_reads", "server=\"db-2\"") == 1);
            assertThat(client.run("SET time_zone='+01:00'")).isZero();
            client.socket().setSoTimeout((int) BOUND.toMillis());
            server.pause();
            try {
                assertThat(client.run("SET time_zone='+03:00'")).isZero();
                assertThat(client.value("SELECT @@time_zone")).isEqualTo("+03:00");
            } finally {
                server.resume();
            }
            assertThat(client.value(ON_PRIMARY + "SELECT CONCAT(@@server_id, @@time_zone)"))
                    .isEqualTo("1+03:00");
        }
    }

    private static int number(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getInt(1);
        }
    }
}
