package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.kit.testing.MariaDbServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The {@code mariadb} command line client, of MariaDB 11.4. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MariaDbCommandLineIT {
    private RouterFixture router;
    private MariaDbShell client;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        router = RouterFixture.start(SharedCluster.get().servers()).ready();
        client = client(directory);
    }

    /** @param directory where it may be put */
    MariaDbShell client(Path directory) throws IOException {
        return MariaDbShell.bundled(directory);
    }

    @AfterAll
    void stop() {
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

    @Test
    void interruptsAStatementOnCtrlC() throws Exception {
        String sql = "SELECT SLEEP(120), 'ctrl-c'";
        Process process = client.start(
                router.port(),
                RouterFixture.USER,
                MariaDbServer.PASSWORD,
                "--skip-ssl",
                "--execute=" + sql + "; SELECT 'went on'",
                "--force");
        await().untilAsserted(() -> assertThat(running(sql)).isPositive());

        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();

        await().untilAsserted(() -> assertThat(running(sql)).isZero());
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        // The interrupted statement only: the connection is good for the next one.
        assertThat(output).contains("query killed").contains("went on");
    }

    private static long running(String sql) {
        return SharedCluster.get().servers().stream()
                .mapToLong(server ->
                        Long.parseLong(server.value("SELECT COUNT(*) FROM information_schema.processlist WHERE info = '"
                                + sql.replace("'", "''") + "'")))
                .sum();
    }

    private String run(String password, String script) throws IOException, InterruptedException {
        return client.run(router.port(), RouterFixture.USER, password, script, "--skip-ssl");
    }
}
