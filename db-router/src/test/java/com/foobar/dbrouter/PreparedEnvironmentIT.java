package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.kit.testing.DatabaseServer;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A prepared statement means what it meant when it was prepared, wherever and after whatever it is executed. */
@OnBothDatabases
class PreparedEnvironmentIT {
    private static final String OTHER = "prepared_elsewhere";

    private static RouterFixture router;

    @BeforeAll
    static void start() {
        TestedCluster.get()
                .primary()
                .execute(
                        "CREATE DATABASE IF NOT EXISTS " + OTHER,
                        "GRANT ALL ON " + OTHER + ".* TO foobar_app@'%'",
                        "DROP TABLE IF EXISTS foobar.loaded_beside, foobar.placed, " + OTHER + ".placed",
                        "CREATE TABLE foobar.loaded_beside (n INT)",
                        "CREATE TABLE foobar.placed (place VARCHAR(20), n INT)",
                        "CREATE TABLE " + OTHER + ".placed (place VARCHAR(20), n INT)",
                        "INSERT INTO foobar.placed VALUES ('foobar', 0)",
                        "INSERT INTO " + OTHER + ".placed VALUES ('elsewhere', 0)");
        router = RouterFixture.startSharing(TestedCluster.get().servers(), "monitor: {timeout: 20s}")
                .ready();
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    private static Connection connect(boolean direct) throws SQLException {
        return direct
                ? TestedCluster.connectToPrimary("useServerPrepStmts=true")
                : router.connect("useServerPrepStmts=true");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void runsInTheDatabaseThatItWasPreparedIn(boolean direct) throws SQLException {
        try (Connection connection = connect(direct);
                Statement plain = connection.createStatement();
                PreparedStatement write = connection.prepareStatement("INSERT INTO placed VALUES ('written', ?)");
                PreparedStatement read = connection.prepareStatement("SELECT place, ? FROM placed WHERE n = 0")) {
            prepare(write);
            prepare(read);
            connection.setCatalog(OTHER);
            write.setInt(1, 1);
            write.executeUpdate();
            for (int i = 0; i < 6; i++) {
                assertThat(string(read, i)).isEqualTo("foobar");
                assertThat(string(plain, "SELECT place FROM placed WHERE n = 0"))
                        .isEqualTo("elsewhere");
            }
            connection.setAutoCommit(false);
            write.setInt(1, 2);
            write.executeUpdate();
            assertThat(string(read, 7)).isEqualTo("foobar");
            assertThat(string(plain, "SELECT place FROM placed WHERE n = 0")).isEqualTo("elsewhere");
            connection.commit();
            connection.setAutoCommit(true);
            assertThat(string(plain, "SELECT COUNT(*) FROM placed")).isEqualTo("1");
            assertThat(string(plain, "SELECT COUNT(*) FROM foobar.placed WHERE place = 'written'"))
                    .isEqualTo("3");
            plain.execute("DELETE FROM foobar.placed WHERE place = 'written'");
        }
    }

    /** The way back from the database that it is prepared in is barred: what follows in the transaction is not for that one. */
    @Test
    void leavesNoTransactionInTheDatabaseThatItWasPreparedIn() throws SQLException {
        DatabaseServer primary = TestedCluster.get().primary();
        primary.execute("CREATE DATABASE prepared_and_gone", "GRANT ALL ON prepared_and_gone.* TO foobar_app@'%'");
        try (RouterFixture forgetting = RouterFixture.start(
                                TestedCluster.get().servers(), "pool: {max-prepared: 1}", "monitor: {timeout: 20s}")
                        .ready();
                Connection connection = forgetting.connect("useServerPrepStmts=true");
                Statement plain = connection.createStatement();
                PreparedStatement forgotten = connection.prepareStatement("INSERT INTO placed VALUES ('lost', 1)");
                PreparedStatement next = connection.prepareStatement("INSERT INTO placed VALUES ('lost', 2)")) {
            prepare(forgotten);
            prepare(next);
            connection.setCatalog("prepared_and_gone");
            connection.setAutoCommit(false);
            primary.execute("DROP DATABASE prepared_and_gone");
            assertThatThrownBy(forgotten::executeUpdate).hasMessageContaining("Unknown database");
            assertThatThrownBy(() -> plain.execute("INSERT INTO placed VALUES ('lost', 3)"))
                    .hasMessageContaining("Unknown database");
        } finally {
            primary.execute("DROP DATABASE IF EXISTS prepared_and_gone");
        }
    }

    /** MySQL reads a text anew, in the mode of now, where a parameter comes with another type than it has guessed. */
    @ParameterizedTest
    @OnMariaDbOnly
    @ValueSource(booleans = {true, false})
    void isReadInTheModeThatItWasPreparedIn(boolean direct) throws SQLException {
        try (Connection connection = connect(direct);
                Statement plain = connection.createStatement();
                PreparedStatement text = connection.prepareStatement("SELECT \"place\", ? FROM placed WHERE n = 0")) {
            prepare(text);
            plain.execute("SET SESSION sql_mode = 'ANSI_QUOTES'");
            try (PreparedStatement column =
                    connection.prepareStatement("SELECT \"place\", ?, 1 FROM placed WHERE n = 0")) {
                for (int i = 0; i < 6; i++) {
                    assertThat(string(text, i)).isEqualTo("place");
                    assertThat(string(column, i)).isEqualTo("foobar");
                    assertThat(string(plain, "SELECT \"place\" FROM placed WHERE n = 0"))
                            .isEqualTo("foobar");
                }
            }
        }
    }

    @Test
    void asksForPreparingAgainWhereTheModeOfThenCannotBeHad() throws SQLException {
        try (Connection connection = connect(false);
                Statement plain = connection.createStatement();
                PreparedStatement onReplica = connection.prepareStatement(
                        "/* router:replica consistency=eventual */ SELECT \"place\", ?, 2 FROM placed")) {
            prepare(onReplica);
            plain.execute("SET SESSION sql_mode = 'ANSI_QUOTES'");
            connection.setAutoCommit(false);
            plain.execute("INSERT INTO placed VALUES ('undone', 3)");
            assertThatThrownBy(() -> string(onReplica, 1))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                            .isEqualTo(1615));
            assertThat(string(plain, "SELECT \"place\" FROM placed WHERE n = 3"))
                    .isEqualTo("undone");
            connection.rollback();
        }
    }

    @Test
    void keepsThePreparedSettingOfEachClientItsOwn() throws SQLException {
        try (Connection first = connect(false);
                Connection second = connect(false);
                Connection third = connect(false)) {
            setZone(first, "+05:00");
            setZone(second, "-03:00");
            for (int i = 0; i < 4; i++) {
                assertThat(zone(first)).isEqualTo("+05:00");
                assertThat(zone(second)).isEqualTo("-03:00");
                assertThat(zone(third)).isEqualTo("SYSTEM");
            }
        }
    }

    @Test
    void readsTextsWithCareAfterAModeThatIsAParameter() throws SQLException {
        try (Connection connection = connect(false);
                Statement plain = connection.createStatement();
                PreparedStatement set = connection.prepareStatement("SET SESSION sql_mode = ?")) {
            set.setString(1, "ANSI_QUOTES");
            set.execute();
            plain.execute("INSERT INTO placed VALUES ('\"', 4), ('''', 4)");
            assertThat(string(plain, "SELECT \"place\" FROM placed WHERE n = 0"))
                    .isEqualTo("foobar");
            plain.execute("DELETE FROM placed WHERE n = 4");
        }
    }

    /** What others close meanwhile on the connection that the file is sent on is no part of the file. */
    @Test
    void closesNothingIntoTheFileOfAnother() throws Exception {
        List<Connection> others = new ArrayList<>();
        List<PreparedStatement> ofOthers = new ArrayList<>();
        try (Connection loading = loader();
                Statement load = loading.createStatement()) {
            for (int i = 0; i < 8; i++) {
                others.add(loader());
                PreparedStatement delete =
                        others.get(i).prepareStatement("DELETE FROM loaded_beside WHERE n = ? + " + i);
                prepare(delete);
                ofOthers.add(delete);
            }
            load.unwrap(org.mariadb.jdbc.Statement.class)
                    .setLocalInfileInputStream(
                            new ByteArrayInputStream("1\n2\n3\n".getBytes(StandardCharsets.US_ASCII)) {
                                @Override
                                public synchronized int read(byte[] into, int offset, int length) {
                                    closeAll(ofOthers);
                                    ofOthers.clear();
                                    return super.read(into, offset, length);
                                }
                            });
            load.execute("LOAD DATA LOCAL INFILE 'beside' INTO TABLE loaded_beside");
            assertThat(string(load, "SELECT GROUP_CONCAT(n ORDER BY n) FROM loaded_beside"))
                    .isEqualTo("1,2,3");
        } finally {
            for (Connection other : others) {
                other.close();
            }
        }
    }

    private static Connection loader() throws SQLException {
        return router.connect("useServerPrepStmts=true", "cachePrepStmts=false", "allowLocalInfile=true");
    }

    private static void closeAll(List<PreparedStatement> statements) {
        try {
            for (PreparedStatement statement : statements) {
                Connection connection = statement.getConnection();
                statement.close();
                assertThat(connection.isValid(60)).isTrue();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The driver has it prepared with its first execution. */
    private static void prepare(PreparedStatement statement) throws SQLException {
        statement.setInt(1, 9);
        statement.execute();
    }

    private static void setZone(Connection connection, String zone) throws SQLException {
        try (PreparedStatement set = connection.prepareStatement("SET time_zone = ?")) {
            set.setString(1, zone);
            set.execute();
        }
    }

    private static String zone(Connection connection) throws SQLException {
        try (Statement plain = connection.createStatement()) {
            return string(plain, "SELECT @@session.time_zone");
        }
    }

    private static String string(PreparedStatement statement, int parameter) throws SQLException {
        statement.setInt(1, parameter);
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static String string(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
