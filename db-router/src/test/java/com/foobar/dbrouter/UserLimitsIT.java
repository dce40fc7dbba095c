package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.foobar.dbrouter.protocol.CapabilityFlags;
import com.foobar.kit.testing.MariaDbServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mysqlclient.MySQLAuthOptions;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.mysqlclient.MySQLConnection;
import io.vertx.mysqlclient.MySQLException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the settings let one user do and another not. */
class UserLimitsIT {
    @TempDir
    static Path directory;

    /** Made by each test. */
    private RouterFixture router;

    /** @param limits of the tests' user, as YAML; root has none */
    private void start(String limits, String... more) {
        String[] settings = new String[more.length + 1];
        System.arraycopy(more, 0, settings, 1, more.length);
        settings[0] = "users: [{name: foobar_app, password: foobar, " + limits + "}, {name: root, password: foobar}]";
        router = RouterFixture.startSharing(SharedCluster.get().servers(), settings)
                .ready();
    }

    @AfterEach
    void stop() {
        router.close();
    }

    private static void assertError(int code, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                .isEqualTo(code));
    }

    private Connection connectAsRoot() throws SQLException {
        return DriverManager.getConnection("jdbc:mariadb://localhost:" + router.port() + "/" + MariaDbServer.DATABASE
                + "?user=root&password=" + MariaDbServer.PASSWORD);
    }

    @Test
    void refusesAUserFromElsewhereAsIfThePasswordWereWrong() throws SQLException {
        start("networks: [10.0.0.0/8, 'fd00::/8']");
        assertError(1045, () -> router.connect());
        connectAsRoot().close();
    }

    /** {@code 01 03}, by which the fast way of caching_sha2_password begins its OK, would tell that the password is right. */
    @Test
    void doesNotShowAUserFromElsewhereThatThePasswordIsRight() throws IOException {
        start("networks: [10.0.0.0/8, 'fd00::/8']");
        try (MySqlWire wire = new MySqlWire(router.port())) {
            assertThat(wire.firstAnswerToLogin(CapabilityFlags.OFFERED, 45)[0]).isEqualTo((byte) 0xff);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.0/8, '::1'", "'::ffff:127.0.0.0/104', '::1'"})
    void takesAUserFromItsNetworks(String networks) throws SQLException {
        start("networks: [" + networks + "]");
        router.connect().close();
    }

    @Test
    void refusesAUserWithoutTlsWhoHasToHaveIt() throws SQLException {
        start("require-tls: true", "tls: {development-directory: '" + directory + "'}");
        assertError(3159, () -> router.connect());
        router.connect("sslMode=trust").close();
        connectAsRoot().close();
    }

    @Test
    void refusesAConnectionTooManyOfAUserUntilOneHasEnded() throws SQLException {
        start("max-connections: 2");
        Connection first = router.connect();
        try (Connection second = router.connect();
                Statement statement = second.createStatement()) {
            assertError(1226, () -> router.connect());
            connectAsRoot().close();
            assertThat(statement.execute("SELECT 1")).isTrue();
            first.close();
            await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
                router.connect().close();
                return true;
            });
        }
    }

    @Test
    void holdsWhoChangesTheUserToTheLimitsOfTheOther() {
        start("networks: [10.0.0.0/8]");
        Vertx vertx = Vertx.vertx();
        try {
            MySQLConnection connection = join(MySQLConnection.connect(
                    vertx,
                    new MySQLConnectOptions()
                            .setHost("localhost")
                            .setPort(router.port())
                            .setUser("root")
                            .setPassword(MariaDbServer.PASSWORD)));
            assertThatThrownBy(() -> join(connection.changeUser(new MySQLAuthOptions()
                            .setUser(RouterFixture.USER)
                            .setPassword(MariaDbServer.PASSWORD)
                            .setDatabase(MariaDbServer.DATABASE))))
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOfSatisfying(MySQLException.class, e -> assertThat(e.getErrorCode())
                            .isEqualTo(1045));
        } finally {
            join(vertx.close());
        }
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void refusesStatementsBeyondTheRateAndGoesOn() throws SQLException {
        // More than the driver itself sends at its login.
        start("max-rate: 5");
        try (Connection connection = router.connect("useServerPrepStmts=true");
                Statement statement = connection.createStatement();
                PreparedStatement prepared = connection.prepareStatement("SELECT 1")) {
            assertThat(refusedOf(2000, () -> statement.execute("SELECT 1"))).isPositive();
            assertThat(refusedOf(2000, prepared::execute)).isPositive();
            await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> statement.execute("SELECT 1"));
            try (Connection root = connectAsRoot();
                    Statement unlimited = root.createStatement()) {
                assertThat(refusedOf(200, () -> unlimited.execute("SELECT 1"))).isZero();
            }
        }
    }

    /** As a server does; a driver sends it again with the next try. */
    @Test
    void dropsTheLongDataOfARefusedExecution() throws SQLException, IOException {
        start("max-rate: 5");
        try (Connection root = connectAsRoot();
                Statement statement = root.createStatement();
                MySqlWire wire = new MySqlWire(router.port())) {
            statement.execute("CREATE OR REPLACE TABLE long_values (value TEXT)");
            wire.login();
            wire.prepare("INSERT INTO foobar.long_values VALUES (?)");
            assertThat(wire.read()[0]).isZero();
            wire.read(); // its parameter
            boolean refused = false;
            boolean stored = false;
            for (int i = 0; i < 100_000 && !(refused && stored); i++) {
                wire.sendHex("0a000000" + "1801000000" + "0000" + "616263");
                wire.sendHex("0e000000" + "1701000000" + "0001000000" + "0001fc00");
                int error = wire.readError();
                assertThat(error).isIn(0, 1226);
                stored = refused && error == 0;
                refused |= error == 1226;
            }
            assertThat(stored).isTrue();
            try (ResultSet rows = statement.executeQuery("SELECT DISTINCT value FROM long_values FOR UPDATE")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("abc");
                assertThat(rows.next()).isFalse();
            }
        }
    }

    private interface Execution {
        boolean run() throws SQLException;
    }

    /** How many of so many statements get error 1226; no more are sent than are needed to see one. */
    private static int refusedOf(int count, Execution execution) throws SQLException {
        for (int i = 0; i < count; i++) {
            try {
                execution.run();
            } catch (SQLException e) {
                assertThat(e.getErrorCode()).isEqualTo(1226);
                assertThat(e.getSQLState()).isEqualTo("42000");
                return 1;
            }
        }
        return 0;
    }

    @Test
    void givesUpWhatAClientHeldThatLeftWhileThePrimaryWasAsked() throws IOException {
        start(
                "max-statement-time: 2s",
                "consistency: strict",
                "read-index: {primary-timeout: 30s, probe-timeout: 30s}",
                "monitor: {timeout: 60s}");
        MariaDbServer primary = SharedCluster.get().primary();
        try (MySqlWire leaving = new MySqlWire(router.port());
                MySqlWire staying = new MySqlWire(router.port())) {
            leaving.login();
            staying.login();
            assertThat(leaving.value("SELECT GET_LOCK('left behind', 0)")).isEqualTo("1");
            assertThat(staying.value("SELECT GET_LOCK('kept', 0)")).isEqualTo("1");
            primary.pause();
            try {
                leaving.query("SELECT COUNT(*) FROM information_schema.tables");
                leaving.socket().close();
                staying.query("SELECT COUNT(*) FROM information_schema.tables");
                assertThat(staying.readError())
                        .as("the other's time is over as well")
                        .isEqualTo(3024);
            } finally {
                primary.resume();
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> "1".equals(primary.value("SELECT IS_FREE_LOCK('left behind')")));
            assertThat(primary.value("SELECT IS_FREE_LOCK('kept')")).isEqualTo("0");
        }
    }

    @Test
    void endsAStatementThatTakesTooLongAndTheSessionGoesOn() throws SQLException {
        start("max-statement-time: 5s");
        try (Connection connection = router.connect("useServerPrepStmts=true");
                Statement statement = connection.createStatement()) {
            String endless = "SELECT COUNT(*) FROM seq_1_to_1000000000 a, seq_1_to_1000000000 b WHERE a.seq <> b.seq";
            assertError(3024, () -> statement.execute(endless));
            // On the primary, in a transaction that goes on.
            connection.setAutoCommit(false);
            statement.execute("CREATE OR REPLACE TABLE limited (id INT PRIMARY KEY)");
            statement.execute("INSERT INTO limited VALUES (1)");
            assertError(3024, () -> statement.execute("INSERT INTO limited " + endless));
            try (PreparedStatement prepared = connection.prepareStatement("INSERT INTO limited " + endless)) {
                assertError(3024, prepared::execute);
            }
            try (ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM limited")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(1);
            }
            connection.rollback();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO shop VALUES (9)",
                "/*x*/ UPDATE shop SET id = 3",
                "DELETE FROM shop",
                "TRUNCATE shop",
                "CREATE TABLE other (id INT)",
                "CREATE TEMPORARY TABLE other (id INT)",
                "DROP TABLE shop",
                "SELECT * FROM shop FOR UPDATE",
                "SELECT 1 INTO OUTFILE '/tmp/never'",
                "SELECT @@version, NEXTVAL(numbers)",
                "SELECT @a, NEXTVAL(numbers)",
                "SELECT @@version FROM shop FOR UPDATE",
                "SHOW STATUS WHERE NEXTVAL(numbers) > 0",
                "SELECT unknown_function()",
                "CALL some_procedure()",
                "PREPARE p FROM 'DELETE FROM shop'",
                "SELECT 1; DELETE FROM shop",
                "/*!50000 DELETE FROM shop */",
                "LOCK TABLES shop WRITE",
                "SET GLOBAL max_connections = 100",
                "SET SESSION TRANSACTION READ WRITE",
                "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE",
                "SET STATEMENT tx_read_only = 0 FOR SELECT write_to_shop()",
                "SET TRANSACTION READ WRITE",
                "SET transaction_read_only = 0",
                "SET @@session.tx_read_only = OFF",
                "START TRANSACTION READ WRITE",
                "XA START 'x'",
                "DO RELEASE_LOCK('x'), NEXTVAL(numbers)",
            })
    void letsAReadOnlyUserWriteNothing(String sql) throws SQLException {
        startReadOnly();
        try (Connection connection = router.connect("allowMultiQueries=true");
                Statement statement = connection.createStatement()) {
            assertError(1290, () -> statement.execute(sql));
            try (ResultSet rows = statement.executeQuery("SELECT GROUP_CONCAT(id) FROM shop")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("1,2");
            }
        }
        try (Connection connection = router.connect("allowMultiQueries=true", "useServerPrepStmts=true")) {
            assertThatThrownBy(() -> {
                        try (PreparedStatement prepared = connection.prepareStatement(sql)) {
                            prepared.execute();
                        }
                    })
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void letsAReadOnlyUserRead() throws SQLException {
        startReadOnly();
        try (Connection connection = router.connect("useServerPrepStmts=true");
                Statement statement = connection.createStatement()) {
            for (String sql : new String[] {
                "SELECT * FROM shop",
                "SELECT @@version, @@session.transaction_isolation",
                "SHOW VARIABLES LIKE 'version'",
                "SHOW TABLES",
                "EXPLAIN SELECT * FROM shop",
                "SET @a = 1",
                "SELECT @a",
                "SET NAMES utf8mb4",
                "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
                "BEGIN",
                "SELECT * FROM shop",
                "COMMIT",
                "START TRANSACTION READ ONLY",
                "SELECT * FROM shop",
                "ROLLBACK",
                "USE foobar",
            }) {
                statement.execute(sql);
            }
            try (PreparedStatement prepared = connection.prepareStatement("SELECT COUNT(*) FROM shop WHERE id > ?")) {
                prepared.setInt(1, 1);
                try (ResultSet rows = prepared.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getInt(1)).isEqualTo(1);
                }
            }
        }
    }

    /** A function in a SET is not looked into: the server connection itself is read-only. */
    @Test
    void hasTheServerRefuseWhatIsHiddenInAFunction() throws SQLException {
        startReadOnly();
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            assertError(1792, () -> statement.execute("SET @a = write_to_shop()"));
        }
    }

    private void startReadOnly() throws SQLException {
        start("read-only: true");
        try (Connection root = connectAsRoot();
                Statement statement = root.createStatement()) {
            statement.execute("CREATE OR REPLACE TABLE shop (id INT PRIMARY KEY)");
            statement.execute("INSERT INTO shop VALUES (1), (2)");
            statement.execute("CREATE OR REPLACE SEQUENCE numbers");
            statement.execute(
                    "CREATE OR REPLACE FUNCTION write_to_shop() RETURNS INT DETERMINISTIC MODIFIES SQL DATA BEGIN INSERT INTO shop VALUES (7); RETURN 1; END");
        }
    }
}
