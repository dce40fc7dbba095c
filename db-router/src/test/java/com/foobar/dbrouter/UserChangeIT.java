package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.testing.MariaDbServer;
import com.mysql.cj.jdbc.JdbcConnection;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** What is there of the user before when COM_CHANGE_USER has been answered. */
class UserChangeIT {
    /** The server needs a while to take back so much. */
    private static final String MUCH = "INSERT INTO foobar.changing SELECT seq, 0 FROM foobar.seq_2_to_300000";

    @Test
    void noLockIsLeftOfTheTransactionBefore() throws SQLException {
        MariaDbServer primary = SharedCluster.get().primary();
        primary.execute(
                "CREATE OR REPLACE TABLE foobar.changing (id INT PRIMARY KEY, n INT)",
                "INSERT INTO foobar.changing VALUES (1, 0)");
        try (RouterFixture router = RouterFixture.start(SharedCluster.get().servers(), "monitor: {timeout: 20s}")
                        .ready();
                Connection connection = DriverManager.getConnection(
                        "jdbc:mysql://localhost:" + router.port() + "/?sslMode=DISABLED&allowPublicKeyRetrieval=true",
                        RouterFixture.USER,
                        MariaDbServer.PASSWORD);
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            statement.execute("UPDATE foobar.changing SET n = 1");
            statement.execute(MUCH);
            connection.unwrap(JdbcConnection.class).changeUser("root", MariaDbServer.PASSWORD);
            assertThat(primary.value("SELECT n FROM foobar.changing WHERE id = 1 FOR UPDATE NOWAIT"))
                    .isEqualTo("0");
        }
    }
}
