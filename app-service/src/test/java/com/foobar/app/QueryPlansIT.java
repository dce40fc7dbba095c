package com.foobar.app;

import com.foobar.kit.testing.MariaDbServer;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** {@link QueryPlans} of MariaDB. */
class QueryPlansIT {
    @Test
    void useAnIndexForEveryTable() throws SQLException {
        Assumptions.assumeTrue(MariaDbServer.runsHere(), "the embedded MariaDB is for Linux on x86-64");
        try (MariaDbServer server = MariaDbServer.start(1);
                Connection root = server.connectAsRoot()) {
            QueryPlans.check(server.address(), root);
        }
    }
}
