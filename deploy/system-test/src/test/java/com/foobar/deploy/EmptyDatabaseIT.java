package com.foobar.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.deploy.running.Databases;
import com.foobar.deploy.running.RunningStack;
import com.foobar.deploy.running.ServiceProcess;
import com.foobar.deploy.running.SharedStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Application servers that are started at the same time on an empty database, through both routers, though the replicas are late. */
@ExtendWith(SharedStack.class)
class EmptyDatabaseIT {
    private static final int INSTANCES = 4;

    private static final Pattern MIGRATED = Pattern.compile("schema is at version \\d+(?: \\((\\d+) applied\\))?");

    private final RunningStack stack;
    private final Databases databases;
    private final String database = "empty_" + UUID.randomUUID().toString().substring(24);
    private final List<ServiceProcess> instances = new ArrayList<>();

    @TempDir
    private Path directory;

    EmptyDatabaseIT(RunningStack stack) {
        this.stack = stack;
        this.databases = new Databases(stack);
    }

    @BeforeEach
    void create() throws SQLException {
        databases.execute("db-1", "CREATE DATABASE " + database);
        databases.execute("db-1", "GRANT ALL PRIVILEGES ON " + database + ".* TO foobar_app@127.0.0.1");
        databases.awaitReplication();
        databases.delayReplicas();
    }

    @AfterEach
    void drop() throws SQLException {
        instances.forEach(ServiceProcess::close);
        databases.execute("db-1", "REVOKE ALL PRIVILEGES ON " + database + ".* FROM foobar_app@127.0.0.1");
        databases.execute("db-1", "DROP DATABASE " + database);
        databases.letReplicasCatchUp();
    }

    @Test
    void isMigratedAndFilledOnce() throws Exception {
        for (int i = 0; i < INSTANCES; i++) {
            instances.add(launch("app-" + i));
        }
        int applied = 0;
        for (ServiceProcess instance : instances) {
            instance.awaitReady();
            applied += appliedBy(instance);
        }
        await().until(() -> said("planted example content").size() == 1);

        assertThat(said("schema not ready")).isEmpty();
        assertThat(said(" ERROR ")).isEmpty();
        assertThat(applied).isPositive().isEqualTo(rows("schema_history WHERE success"));
        assertThat(rows("schema_history WHERE NOT success")).isZero();
    }

    /** How many migrations it says that it has applied. */
    private static int appliedBy(ServiceProcess instance) throws IOException {
        Matcher migrated = MIGRATED.matcher(instance.log());
        assertThat(migrated.find()).as(instance.log()).isTrue();
        return migrated.group(1) == null ? 0 : Integer.parseInt(migrated.group(1));
    }

    private List<String> said(String words) throws IOException {
        List<String> lines = new ArrayList<>();
        for (ServiceProcess instance : instances) {
            instance.log().lines().filter(line -> line.contains(words)).forEach(lines::add);
        }
        return lines;
    }

    private int rows(String condition) throws SQLException {
        return (int) databases.number("db-1", "SELECT COUNT(*) FROM " + database + "." + condition);
    }

    private ServiceProcess launch(String name) throws IOException {
        Path secrets = stack.data().resolve("secrets");
        return ServiceProcess.launch(Files.createDirectory(directory.resolve(name)), "app-service", """
                instance: %s
                http: {listen: '127.0.0.1:0'}
                database:
                  routers: ['127.0.0.1:%d', '127.0.0.1:%d']
                  database: %s
                  password: 'file:%s'
                  seed: true
                auth: {jwt-keys: ['file:%s']}
                """.formatted(
                        name,
                        stack.ports().traffic("db-router-1"),
                        stack.ports().traffic("db-router-2"),
                        database,
                        secrets.resolve("db-foobar_app"),
                        secrets.resolve("jwt-key")));
    }
}
