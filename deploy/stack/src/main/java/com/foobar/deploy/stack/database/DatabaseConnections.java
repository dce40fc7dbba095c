package com.foobar.deploy.stack.database;

import com.foobar.deploy.stack.data.Secrets;
import com.foobar.deploy.stack.plan.StackPlan;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Connections of the launcher to the databases, as root; none of them waits longer than 2 s for anything. */
final class DatabaseConnections {
    private final Secrets secrets;

    DatabaseConnections(Secrets secrets) {
        this.secrets = secrets;
    }

    /** The caller closes it. */
    Connection open(int port) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://" + StackPlan.HOST + ":" + port
                        + "/?sslMode=disable&connectTimeout=1000&socketTimeout=2000",
                Account.ROOT.user(),
                secrets.reveal(Account.ROOT.secret()));
    }
}
