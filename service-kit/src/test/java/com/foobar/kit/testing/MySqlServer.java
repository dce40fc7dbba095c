package com.foobar.kit.testing;

import java.sql.Connection;
import java.sql.SQLException;
import org.testcontainers.containers.GenericContainer;

/** MySQL 9.7 in a container, with the database {@code foobar} and its user {@code foobar_app}, password {@code foobar}. */
public final class MySqlServer implements DatabaseServer {
    private final GenericContainer<?> container;

    MySqlServer(GenericContainer<?> container) {
        this.container = container;
    }

    /** Takes some 15 seconds; needs {@link MySqlServers#imageIsHere}. */
    public static MySqlServer start() {
        GenericContainer<?> container = MySqlServers.server(1);
        container.start();
        MySqlServers.execute(
                container,
                "CREATE DATABASE foobar CHARACTER SET utf8mb4",
                "CREATE USER foobar_app@'%' IDENTIFIED BY 'foobar'",
                "GRANT ALL ON foobar.* TO foobar_app@'%'");
        return new MySqlServer(container);
    }

    @Override
    public String address() {
        return MySqlServers.address(container);
    }

    @Override
    public Connection connectAsRoot() throws SQLException {
        return MySqlServers.connect(container);
    }

    @Override
    public void close() {
        container.close();
    }

    @Override
    public String toString() {
        return "mysql " + address();
    }
}
