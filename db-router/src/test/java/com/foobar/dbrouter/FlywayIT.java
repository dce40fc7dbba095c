package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.testing.MariaDbServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Migrations through the router, also of several processes at once: Flyway's lock holds across them. */
class FlywayIT {
    private static final String HISTORY = "flyway_it_history";

    @TempDir
    static Path migrations;

    private static RouterFixture router;

    @BeforeAll
    static void start() throws IOException {
        router = RouterFixture.start(SharedCluster.get().servers()).ready();
        Files.writeString(migrations.resolve("V1__tables.sql"), """
                CREATE TABLE flown (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20) NOT NULL);
                CREATE TABLE flown_log (name VARCHAR(20) NOT NULL);
                """);
        Files.writeString(migrations.resolve("V2__program.sql"), """
                DELIMITER //
                CREATE PROCEDURE fly(IN what VARCHAR(20))
                BEGIN
                  INSERT INTO flown (name) VALUES (what);
                  INSERT INTO flown_log VALUES (what);
                END//
                DELIMITER ;
                SET @prefix = 'bird ';
                CALL fly(CONCAT(@prefix, 'one'));
                CALL fly(CONCAT(@prefix, 'two'));
                """);
        Files.writeString(migrations.resolve("V3__column.sql"), """
                ALTER TABLE flown ADD COLUMN wings INT NOT NULL DEFAULT 2;
                INSERT INTO flown (name, wings) VALUES ('bee', 4);
                UPDATE flown SET name = 'bumblebee' WHERE id = LAST_INSERT_ID();
                """);
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @Test
    void migratesOnceHoweverManyDoIt() throws SQLException {
        IntStream.range(0, 3)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> flyway().migrate()))
                .toList()
                .forEach(one -> assertThat(one.orTimeout(120, TimeUnit.SECONDS).join().success)
                        .isTrue());
        flyway().validate();
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            assertThat(value(
                            statement,
                            "SELECT GROUP_CONCAT(version ORDER BY installed_rank) FROM " + HISTORY
                                    + " WHERE success AND version <> '0'"))
                    .isEqualTo("1,2,3");
            assertThat(value(statement, "SELECT GROUP_CONCAT(name ORDER BY name) FROM flown_log"))
                    .isEqualTo("bird one,bird two");
            assertThat(value(statement, "SELECT GROUP_CONCAT(name, ' ', wings ORDER BY id) FROM flown"))
                    .isEqualTo("bird one 2,bird two 2,bumblebee 4");
        }
    }

    private static Flyway flyway() {
        return Flyway.configure()
                .dataSource(
                        "jdbc:mariadb://localhost:" + router.port() + "/" + MariaDbServer.DATABASE,
                        RouterFixture.USER,
                        MariaDbServer.PASSWORD)
                .locations("filesystem:" + migrations)
                .table(HISTORY)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load();
    }

    private static String value(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
