package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.kit.testing.MySqlServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * A replica that is stopped in order, as for an upgrade. MySQL answers what it is working on by an error then, where MariaDB ends
 * the connection.
 */
@Timeout(300)
@EnabledIf(
        value = "com.foobar.kit.testing.MySqlServers#imageIsHere",
        disabledReason = MySqlServers.HOW_TO_HAVE_THE_IMAGE)
class MySqlShutdownIT {
    private static final int ROWS = 4_000_000;

    private static final String READ = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
            + ROWS + ") SELECT /*+ SET_VAR(cte_max_recursion_depth = " + ROWS + ") */ COUNT(*) FROM n";

    @Test
    void noReaderNoticesIt() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (MySqlPair mysql = new MySqlPair();
                RouterFixture router = mysql.router();
                Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            Future<Integer> count = thread.submit(() -> count(statement));
            await().atMost(Duration.ofSeconds(60)).until(() -> MySqlPair.running(mysql.replica(), READ) == 1);
            MySqlServers.execute(mysql.replica(), "SHUTDOWN");
            assertThat(count.get()).isEqualTo(ROWS);
        } finally {
            thread.shutdown();
        }
    }

    private static int count(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery(READ)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
