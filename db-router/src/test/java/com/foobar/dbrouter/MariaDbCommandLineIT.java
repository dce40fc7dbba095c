package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.testing.MariaDbServer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code mariadb} command line client. */
class MariaDbCommandLineIT {
    @TempDir
    static Path directory;

    private static RouterFixture router;
    private static MariaDbShell client;

    @BeforeAll
    static void start() throws IOException {
        router = RouterFixture.start(SharedCluster.get().servers()).ready();
        client = new MariaDbShell(directory);
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
        return client.run(router.port(), RouterFixture.USER, password, script, "--skip-ssl");
    }
}
