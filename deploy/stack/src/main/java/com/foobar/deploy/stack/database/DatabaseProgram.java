package com.foobar.deploy.stack.database;

import com.foobar.deploy.stack.data.DataDirectory;
import com.foobar.deploy.stack.data.Secrets;
import com.foobar.deploy.stack.plan.PlannedInstance;
import com.foobar.deploy.stack.process.Program;
import com.foobar.deploy.stack.process.Readiness;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A database server of the cluster. The first is the primary; the others replicate from it, which they are told when they
 * are first asked whether they are ready.
 */
public final class DatabaseProgram implements Program {
    private final PlannedInstance instance;
    private final PlannedInstance primary;
    private final DataDirectory data;
    private final MariaDbPrograms programs;
    private final DatabaseConnections connections;
    private final Replication replication;

    public DatabaseProgram(
            PlannedInstance instance,
            PlannedInstance primary,
            DataDirectory data,
            MariaDbPrograms programs,
            Secrets secrets) {
        this.instance = instance;
        this.primary = primary;
        this.data = data;
        this.programs = programs;
        this.connections = new DatabaseConnections(secrets);
        this.replication = new Replication(primary.port("mysql"), secrets);
    }

    @Override
    public ProcessBuilder prepare() throws IOException {
        // A killed server leaves these.
        Files.deleteIfExists(data.database(instance.name()).resolve("mysql.sock"));
        Files.deleteIfExists(data.database(instance.name()).resolve("mysql.pid"));
        return new ProcessBuilder(
                new ServerOptions(programs, data.database(instance.name()), data.temporary(instance.name()))
                        .server(instance.number(), instance.name(), instance.port("mysql"), isPrimary()));
    }

    @Override
    public Readiness readiness() {
        try (Connection connection = connections.open(instance.port("mysql"))) {
            return isPrimary() ? Readiness.ready() : replication.ensure(connection);
        } catch (SQLException e) {
            return Readiness.notReady(String.valueOf(e.getMessage()));
        }
    }

    private boolean isPrimary() {
        return instance.equals(primary);
    }
}
