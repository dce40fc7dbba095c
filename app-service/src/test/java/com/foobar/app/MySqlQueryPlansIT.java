package com.foobar.app;

import com.foobar.kit.testing.MySqlServers;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.testcontainers.containers.GenericContainer;

/** {@link QueryPlans} of MySQL 9.7. */
@Timeout(600)
@EnabledIf(
        value = "com.foobar.kit.testing.MySqlServers#imageIsHere",
        disabledReason = MySqlServers.HOW_TO_HAVE_THE_IMAGE)
class MySqlQueryPlansIT {
    @Test
    void useAnIndexForEveryTable() throws SQLException {
        try (GenericContainer<?> server = MySqlServers.server(1)) {
            server.start();
            MySqlServers.execute(
                    server,
                    "CREATE DATABASE foobar CHARACTER SET utf8mb4",
                    "CREATE USER foobar_app@'%' IDENTIFIED BY 'foobar'",
                    "GRANT ALL ON foobar.* TO foobar_app@'%'");
            try (Connection root = MySqlServers.connect(server)) {
                QueryPlans.check(MySqlServers.address(server), root);
            }
        }
    }
}
