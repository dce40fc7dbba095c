package com.foobar.app;

import com.foobar.kit.testing.MySqlServer;
import com.foobar.kit.testing.MySqlServers;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** {@link QueryPlans} of MySQL 9.7. */
@Timeout(600)
@EnabledIf(
        value = "com.foobar.kit.testing.MySqlServers#imageIsHere",
        disabledReason = MySqlServers.HOW_TO_HAVE_THE_IMAGE)
class MySqlQueryPlansIT {
    @Test
    void useAnIndexForEveryTable() throws SQLException {
        try (MySqlServer server = MySqlServer.start();
                Connection root = server.connectAsRoot()) {
            QueryPlans.check(server.address(), root);
        }
    }
}
