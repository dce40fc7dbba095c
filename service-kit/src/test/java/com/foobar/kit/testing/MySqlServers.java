package com.foobar.kit.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** Servers of MySQL 9.7 in containers. */
public final class MySqlServers {
    public static final String ROOT_PASSWORD = MariaDbServer.PASSWORD;

    /** What to do where {@link #imageIsHere} says no. */
    public static final String HOW_TO_HAVE_THE_IMAGE =
            "no Docker engine with the image mysql:9.7 answers: start one, and"
                    + " pull the image or build it with deploy/offline/build-images";

    private static final String IMAGE = "mysql:9.7";

    private MySqlServers() {}

    /** A server with GTIDs, not started. As durable as a killed process needs; not as a killed machine would. */
    public static GenericContainer<?> server(int id) {
        return new GenericContainer<>(DockerImageName.parse(IMAGE))
                .withEnv("MYSQL_ROOT_PASSWORD", ROOT_PASSWORD)
                .withEnv("MYSQL_ROOT_HOST", "%")
                .withCommand(
                        "mysqld",
                        "--server-id=" + id,
                        "--gtid-mode=ON",
                        "--enforce-gtid-consistency=ON",
                        "--innodb-flush-log-at-trx-commit=2",
                        "--sync-binlog=0")
                .withExposedPorts(3306)
                // The server that makes the accounts listens on no port, the one that stays does.
                .waitingFor(Wait.forLogMessage(".*ready for connections.*port: 3306.*", 1))
                .withStartupTimeout(Duration.ofMinutes(3));
    }

    /** The client programs in a container that does nothing, has this machine's network, and is not started. */
    public static GenericContainer<?> programs() {
        return new GenericContainer<>(DockerImageName.parse(IMAGE))
                .withNetworkMode("host")
                .withCreateContainerCmdModifier(create -> create.withEntrypoint("sleep", "infinity"));
    }

    /** Runs statements as root. */
    public static void execute(GenericContainer<?> server, String... statements) {
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            connect(server).close();
            return true;
        });
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(String.join("; ", statements), e);
        }
    }

    /** Where a started server listens, for this machine: {@code host:port}. */
    public static String address(GenericContainer<?> server) {
        return server.getHost() + ":" + server.getMappedPort(3306);
    }

    /** A connection of root's. */
    public static Connection connect(GenericContainer<?> server) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://" + address(server) + "/?allowPublicKeyRetrieval=true&connectTimeout=30000",
                "root",
                ROOT_PASSWORD);
    }

    /** Asked of the command, because the library would look for images of its own first, for minutes. */
    public static boolean imageIsHere() {
        if (Files.exists(Path.of("/.dockerenv")) && System.getenv("TESTCONTAINERS_HOST_OVERRIDE") == null) {
            return false;
        }
        try {
            return new ProcessBuilder("docker", "image", "inspect", IMAGE)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
