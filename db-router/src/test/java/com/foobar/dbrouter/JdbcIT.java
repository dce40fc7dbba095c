package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.testing.MariaDbCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** MariaDB Connector/J through the router to a primary and two replicas. */
class JdbcIT {
    private static MariaDbCluster cluster;
    private static RouterFixture router;

    @BeforeAll
    static void start() {
        cluster = MariaDbCluster.start(2);
        router = RouterFixture.start(cluster.servers()).ready();
    }

    @AfterAll
    static void stop() {
        router.close();
        cluster.close();
    }

    @Test
    void runsStatementsAndPreparedStatements() throws SQLException {
        try (Connection connection = router.connect("useServerPrepStmts=true");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE item (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50))");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO item (name) VALUES (?)")) {
                for (int i = 0; i < 10; i++) {
                    insert.setString(1, "name " + i);
                    assertThat(insert.executeUpdate()).isEqualTo(1);
                }
            }
            try (PreparedStatement select = connection.prepareStatement("SELECT name FROM item WHERE id = ?")) {
                for (int i = 0; i < 10; i++) {
                    select.setInt(1, i + 1);
                    try (ResultSet rows = select.executeQuery()) {
                        assertThat(rows.next()).isTrue();
                        assertThat(rows.getString(1)).isEqualTo("name " + i);
                    }
                }
            }
        }
    }
}
