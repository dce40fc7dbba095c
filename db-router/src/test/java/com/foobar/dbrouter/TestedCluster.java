package com.foobar.dbrouter;

import com.foobar.kit.testing.DatabaseCluster;
import com.foobar.kit.testing.MariaDbServer;
import com.foobar.kit.testing.MySqlCluster;
import com.foobar.kit.testing.MySqlServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * One primary and two replicas for all tests {@link OnBothDatabases} of a JVM, which leave them as they found them: those of
 * {@link SharedCluster}, or MySQL 9.7 with {@code -Ddbrouter.test.database=mysql}.
 */
final class TestedCluster {
    private static MySqlCluster mySql;

    private TestedCluster() {}

    static DatabaseCluster get() {
        return isMySql() ? mySql() : SharedCluster.get();
    }

    private static synchronized MySqlCluster mySql() {
        if (mySql == null) {
            MySqlCluster started = MySqlCluster.start(2);
            Runtime.getRuntime().addShutdownHook(new Thread(started::close));
            mySql = started;
        }
        return mySql;
    }

    static boolean isMySql() {
        return "mysql".equals(System.getProperty("dbrouter.test.database"));
    }

    static boolean runsHere() {
        return isMySql() ? MySqlServers.imageIsHere() : MariaDbServer.runsHere();
    }

    /**
     * A connection past the router to the primary, which the caller closes.
     *
     * @param options of MariaDB Connector/J, such as {@code useServerPrepStmts=true}
     */
    static Connection connectToPrimary(String... options) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://" + get().primary().address() + "/" + MariaDbServer.DATABASE
                        + "?allowPublicKeyRetrieval=true&" + String.join("&", options),
                RouterFixture.USER,
                MariaDbServer.PASSWORD);
    }
}
