package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.kit.testing.MySqlServers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.MountableFile;

/** {@code mysql} and {@code mysqldump} of MySQL 9.7 through a router to a primary and a replica of their own version. */
@Timeout(300)
@EnabledIf(
        value = "com.foobar.kit.testing.MySqlServers#imageIsHere",
        disabledReason = MySqlServers.HOW_TO_HAVE_THE_IMAGE)
class MySqlCommandLineIT {
    private static final String TABLE = """
            DROP TABLE IF EXISTS dumped;
            CREATE TABLE dumped (id INT PRIMARY KEY, name VARCHAR(40), bytes VARBINARY(28), doc JSON,
                twice INT GENERATED ALWAYS AS (id * 2) STORED, at TIMESTAMP NULL, flags BIT(9), price DECIMAL(9, 2));
            INSERT INTO dumped (id, name, bytes, doc, at, flags, price)
                WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)
                SELECT i, CONCAT('öl '';', i), UNHEX(SHA2(i, 224)), JSON_OBJECT('i', i), FROM_UNIXTIME(i * 1000), i % 512, i / 7 FROM n;
            UPDATE dumped SET name = NULL, doc = NULL WHERE id % 7 = 0;
            """;

    @TempDir
    static Path directory;

    private static MySqlPair mysql;
    private static RouterFixture router;
    private static GenericContainer<?> client;

    @BeforeAll
    static void start() {
        mysql = MySqlPair.shared();
        router = mysql.router("tls: {development-directory: '" + directory.resolve("tls") + "'}");
        // The programs only, where the router's address is this machine's.
        client = MySqlServers.programs();
        client.start();
        client.copyFileToContainer(MountableFile.forHostPath(directory.resolve("tls/ca.pem")), "/tmp/ca.pem");
    }

    @AfterAll
    static void stop() {
        if (client != null) {
            client.stop();
        }
        if (router != null) {
            router.close();
        }
    }

    @Test
    void runsAScript() throws Exception {
        assertThat(run("""
                        DROP TABLE IF EXISTS shell;
                        CREATE TABLE shell (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20));
                        INSERT INTO shell (name) VALUES ('a'), ('b');
                        SELECT COUNT(*) FROM shell;
                        SELECT LAST_INSERT_ID();
                        BEGIN; UPDATE shell SET name = 'c'; ROLLBACK;
                        SELECT GROUP_CONCAT(name ORDER BY id) FROM shell;
                        delimiter //
                        DROP PROCEDURE IF EXISTS twice //
                        CREATE PROCEDURE twice(n INT) BEGIN SELECT n; SELECT 2 * n; END //
                        delimiter ;
                        CALL twice(4);
                        USE information_schema;
                        SELECT DATABASE();
                        """)).isEqualTo("2\n1\na,b\n4\n8\ninformation_schema\n");
    }

    @Test
    void showsTheWarningsOfEachStatement() throws Exception {
        assertThat(run("SELECT CAST('x' AS SIGNED);", "--show-warnings"))
                .contains("Warning (Code 1292): Truncated incorrect INTEGER value: 'x'");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, --ssl-mode=DISABLED, Not in use",
        "localhost, --ssl-mode=PREFERRED, Cipher in use is TLS_",
        "localhost, --ssl-mode=REQUIRED, Cipher in use is TLS_",
        "127.0.0.1, --ssl-mode=VERIFY_CA --ssl-ca=/tmp/ca.pem, Cipher in use is TLS_",
        "localhost, --ssl-mode=VERIFY_IDENTITY --ssl-ca=/tmp/ca.pem, Cipher in use is TLS_",
        "localhost, --ssl-mode=REQUIRED --tls-version=TLSv1.2, Cipher in use is ECDHE-",
    })
    void speaksTlsAsItsModeSays(String host, String options, String status) throws Exception {
        List<String> all = new ArrayList<>(List.of("--host=" + host, "--commands"));
        all.addAll(List.of(options.split(" ")));
        assertThat(run("\\s\nSELECT 6 * 7;\n", all.toArray(String[]::new)))
                .contains("SSL:", status)
                .contains("foobar_app@")
                .endsWith("42\n");
    }

    @Test
    void doesNotTakeACertificateOfAnotherAuthority() throws Exception {
        assertThat(run("SELECT 6 * 7;", "--ssl-mode=VERIFY_CA", "--ssl-ca=/etc/ssl/certs/ca-certificates.crt"))
                .contains("ERROR 2026 (HY000)")
                .doesNotContain("42");
    }

    @Test
    void isToldThatThePasswordIsWrong() throws Exception {
        assertThat(run("SELECT 1", "--password=wrong"))
                .contains("ERROR 1045 (28000)")
                .contains("Access denied for user 'foobar_app'@'127.0.0.1' (using password: YES)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DISABLED", "REQUIRED"})
    void interruptsAStatementOnCtrlC(String mode) throws Exception {
        String sql = "SELECT n FROM slept WHERE SLEEP(120) OR '" + mode + "'";
        assertThat(run("CREATE TABLE IF NOT EXISTS slept (n INT); INSERT INTO slept VALUES (1);"))
                .isEmpty();
        Process process = docker(
                "sh",
                "-c",
                "echo $$ > /tmp/pid; exec mysql " + String.join(" ", options("--ssl-mode=" + mode, "--force")));
        try (var input = process.outputWriter(StandardCharsets.UTF_8)) {
            input.write(sql + ";\nSELECT 'went on';\n");
        }
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(running(sql)).isPositive());

        assertThat(docker("sh", "-c", "kill -INT $(cat /tmp/pid)").waitFor()).isZero();

        String output = output(process);
        // The interrupted statement only: the connection is good for the next one.
        assertThat(output).contains("ERROR 1317 (70100)").contains("went on");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(running(sql)).isZero());
    }

    private static long running(String sql) {
        return MySqlPair.running(mysql.primary(), sql) + MySqlPair.running(mysql.replica(), sql);
    }

    @Test
    void loadsAFileOfTheClient() throws Exception {
        client.copyFileToContainer(
                org.testcontainers.images.builder.Transferable.of("1,a\n2,b\n3,ö\n"), "/tmp/loaded.csv");
        assertThat(run("""
                        DROP TABLE IF EXISTS loaded;
                        CREATE TABLE loaded (id INT, name VARCHAR(10));
                        LOAD DATA LOCAL INFILE '/tmp/loaded.csv' INTO TABLE loaded FIELDS TERMINATED BY ',';
                        SELECT GROUP_CONCAT(name ORDER BY id) FROM loaded;
                        """, "--local-infile=1")).isEqualTo("a,b,ö\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--opt", "--single-transaction", "--skip-opt", "--quick", "--lock-tables"})
    void dumpsWhatCanBeBroughtBack(String mode) throws Exception {
        assertThat(run(TABLE)).isEmpty();
        String before = checksum();

        Path file = directory.resolve("dump.sql");
        Process dumping = docker(
                "sh",
                "-c",
                "mysqldump " + String.join(" ", connection())
                        + " --no-tablespaces --skip-masking-policies --set-gtid-purged=OFF --hex-blob " + mode
                        + " foobar dumped");
        String dump = output(dumping);
        assertThat(dumping.exitValue()).as(dump).isZero();
        assertThat(dump).contains("CREATE TABLE `dumped`").contains("-- Dump completed");
        Files.writeString(file, dump);
        assertThat(run("DROP TABLE dumped;")).isEmpty();
        assertThat(run(dump)).isEmpty();

        assertThat(checksum()).isEqualTo(before);
    }

    private static String checksum() throws Exception {
        String checksum = run(
                "CHECKSUM TABLE dumped; SELECT COUNT(*), COUNT(name), MIN(at), SUM(twice), SUM(price) FROM dumped;");
        assertThat(checksum).contains("foobar.dumped\t").contains("900\t");
        return checksum;
    }

    private static String run(String script, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("mysql"));
        command.addAll(options(options));
        Process process = docker(command.toArray(String[]::new));
        try (var input = process.outputWriter(StandardCharsets.UTF_8)) {
            input.write(script);
        } catch (IOException e) {
            // It may have ended already; what it says tells why.
        }
        return output(process);
    }

    private static List<String> options(String... more) {
        List<String> options = connection();
        options.addAll(List.of("--batch", "--skip-column-names", "--database=foobar"));
        options.addAll(List.of(more));
        return options;
    }

    private static List<String> connection() {
        return new ArrayList<>(List.of(
                "--no-defaults",
                "--protocol=tcp",
                "--host=127.0.0.1",
                "--port=" + router.port(),
                "--user=" + RouterFixture.USER,
                "--default-character-set=utf8mb4"));
    }

    private static Process docker(String... command) throws IOException {
        List<String> all = new ArrayList<>(
                List.of("docker", "exec", "--interactive", "--env", "MYSQL_PWD=foobar", client.getContainerId()));
        all.addAll(List.of(command));
        return new ProcessBuilder(all).redirectErrorStream(true).start();
    }

    private static String output(Process process) throws Exception {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output.replace("mysql: [Warning] Using a password on the command line interface can be insecure.\n", "");
    }
}
