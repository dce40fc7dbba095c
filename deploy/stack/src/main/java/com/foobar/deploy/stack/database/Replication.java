package com.foobar.deploy.stack.database;

import com.foobar.deploy.stack.data.Secrets;
import com.foobar.deploy.stack.plan.StackPlan;
import com.foobar.deploy.stack.process.Readiness;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * A replica's side of replication from the primary: by GTID, so that it finds its place by itself whenever it comes back
 * (<a href="https://mariadb.com/kb/en/gtid/">Global Transaction ID</a>).
 */
final class Replication {
    private final int primaryPort;
    private final Secrets secrets;

    Replication(int primaryPort, Secrets secrets) {
        this.primaryPort = primaryPort;
        this.secrets = secrets;
    }

    /** Sets replication up where it is not yet, or is from another port, and says whether it runs. */
    Readiness ensure(Connection connection) throws SQLException {
        Optional<State> state = state(connection);
        if (state.isEmpty() || state.get().port() != primaryPort) {
            begin(connection);
            state = state(connection);
        }
        return state.map(State::readiness).orElse(Readiness.notReady("replicates from nobody"));
    }

    private void begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("STOP SLAVE");
            statement.execute("CHANGE MASTER TO MASTER_HOST='" + StackPlan.HOST + "', MASTER_PORT=" + primaryPort
                    + ", MASTER_USER='" + Account.REPLICATION.user()
                    + "', MASTER_PASSWORD='" + secrets.reveal(Account.REPLICATION.secret())
                    + "', MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1, MASTER_HEARTBEAT_PERIOD=1, MASTER_SSL=0");
            statement.execute("START SLAVE");
        }
    }

    private static Optional<State> state(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW SLAVE STATUS")) {
            if (!row.next()) {
                return Optional.empty();
            }
            return Optional.of(new State(
                    row.getInt("Master_Port"),
                    row.getString("Slave_IO_Running"),
                    row.getString("Slave_SQL_Running"),
                    row.getString("Last_IO_Error"),
                    row.getString("Last_SQL_Error")));
        }
    }

    private record State(int port, String receives, String applies, String receiveError, String applyError) {
        Readiness readiness() {
            if (!applies.equals("Yes")) {
                return Readiness.notReady("does not apply: " + applyError);
            }
            if (!receives.equals("Yes")) {
                return Readiness.notReady("does not receive from the primary: "
                        + (receiveError.isEmpty() ? receives.toLowerCase(java.util.Locale.ROOT) : receiveError));
            }
            return Readiness.ready();
        }
    }
}
