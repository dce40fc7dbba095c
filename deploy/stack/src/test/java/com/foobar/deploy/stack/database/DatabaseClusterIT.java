package com.foobar.deploy.stack.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.foobar.deploy.stack.data.DataDirectory;
import com.foobar.deploy.stack.data.Secrets;
import com.foobar.deploy.stack.failure.StackFailure;
import com.foobar.deploy.stack.plan.PlannedInstance;
import com.foobar.deploy.stack.plan.Port;
import com.foobar.deploy.stack.plan.Tier;
import com.foobar.deploy.stack.process.Instance;
import com.foobar.deploy.stack.process.InstanceState;
import com.foobar.deploy.stack.process.LogFile;
import com.foobar.deploy.stack.process.RunMark;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseClusterIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static final RunMark MARK = RunMark.random();
    private static DataDirectory data;
    private static Secrets secrets;
    private static List<PlannedInstance> plan;
    private static final List<Instance> CLUSTER = new ArrayList<>();

    @BeforeAll
    static void startTheCluster() throws Exception {
        data = new DataDirectory(directory.resolve("data"));
        data.open(false);
        secrets = new Secrets(data);
        MariaDbPrograms programs = MariaDbPrograms.unpackedInto(MariaDbPrograms.cache(), () -> {});
        plan = IntStream.rangeClosed(1, 3)
                .mapToObj(number -> new PlannedInstance(
                        "db-" + number, Tier.DATABASE, number, List.of(new Port("mysql", freePort()))))
                .toList();
        new ClusterDirectories(data, secrets, programs, MARK)
                .create(plan.stream().map(PlannedInstance::name).toList());
        for (PlannedInstance planned : plan) {
            Instance instance = new Instance(
                    planned.name(),
                    new DatabaseProgram(planned, plan.get(0), data, programs, secrets),
                    new LogFile(data.log(planned.name())),
                    MARK,
                    (before, now) -> {});
            CLUSTER.add(instance);
            instance.start();
        }
        for (Instance instance : CLUSTER) {
            assertThat(instance.awaitReady(LIMIT).state()).isEqualTo(InstanceState.READY);
        }
        execute(0, "CREATE TABLE foobar.note (id INT PRIMARY KEY)");
    }

    @AfterAll
    static void stopTheCluster() {
        CLUSTER.forEach(instance -> instance.stop(Duration.ofSeconds(5)));
        assertThat(MARK.processes()).isEmpty();
    }

    @Test
    void replicatesToBothReplicasSemiSynchronously() throws Exception {
        execute(0, "INSERT INTO foobar.note VALUES (1)");

        String position = value(0, "SELECT @@global.gtid_binlog_pos");
        assertThat(value(1, "SELECT MASTER_GTID_WAIT('" + position + "', 10)")).isEqualTo("0");
        assertThat(value(2, "SELECT MASTER_GTID_WAIT('" + position + "', 10)")).isEqualTo("0");
        assertThat(value(1, "SELECT COUNT(*) FROM foobar.note WHERE id = 1")).isEqualTo("1");
        assertThat(value(0, "SHOW STATUS LIKE 'Rpl_semi_sync_master_clients'", 2))
                .isEqualTo("2");
        assertThat(value(0, "SHOW STATUS LIKE 'Rpl_semi_sync_master_no_tx'", 2)).isEqualTo("0");
    }

    @Test
    void replicaIsReadOnlyForTheApplication() {
        assertThatThrownBy(() -> {
                    try (Connection connection = connect(1, Account.APP);
                            Statement statement = connection.createStatement()) {
                        statement.execute("INSERT INTO foobar.note VALUES (100)");
                    }
                })
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("read-only");
    }

    @Test
    void accountsCanDoTheirJobAndNoMore() throws Exception {
        try (Connection app = connect(0, Account.APP);
                Statement statement = app.createStatement()) {
            statement.execute("CREATE TABLE foobar.own (id INT)");
            assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM mysql.global_priv"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("denied");
        }
        try (Connection monitor = connect(1, Account.MONITOR);
                Statement statement = monitor.createStatement()) {
            assertThat(statement.executeQuery("SHOW ALL SLAVES STATUS").next()).isTrue();
            assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM foobar.note"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("denied");
        }
        assertThatThrownBy(() -> DriverManager.getConnection(url(0), "root", ""))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void killedReplicaRejoinsAndCatchesUp() throws Exception {
        Instance replica = CLUSTER.get(2);
        replica.kill();
        assertThat(replica.report().state()).isEqualTo(InstanceState.STOPPED);
        execute(0, "INSERT INTO foobar.note VALUES (2)");

        replica.start();

        assertThat(replica.awaitReady(LIMIT).state()).isEqualTo(InstanceState.READY);
        await().atMost(LIMIT).ignoreExceptions().until(() -> value(2, "SELECT COUNT(*) FROM foobar.note WHERE id = 2")
                .equals("1"));
    }

    @Test
    void killedPrimaryComesBackWithItsDataAndItsReplicas() throws Exception {
        execute(0, "INSERT INTO foobar.note VALUES (3)");
        CLUSTER.get(0).kill();
        await().atMost(LIMIT).until(() -> CLUSTER.get(1).report().state() == InstanceState.NOT_READY);

        CLUSTER.get(0).start();

        assertThat(CLUSTER.get(0).awaitReady(LIMIT).state()).isEqualTo(InstanceState.READY);
        assertThat(CLUSTER.get(1).awaitReady(LIMIT).state()).isEqualTo(InstanceState.READY);
        assertThat(CLUSTER.get(2).awaitReady(LIMIT).state()).isEqualTo(InstanceState.READY);
        execute(0, "INSERT INTO foobar.note VALUES (4)");
        await().atMost(LIMIT).until(() -> value(1, "SELECT COUNT(*) FROM foobar.note WHERE id IN (3, 4)")
                .equals("2"));
    }

    @Test
    void halfMadeDirectoriesAreMadeAgainAndIncompleteOnesAreNamed(@TempDir Path other) throws IOException {
        DataDirectory interrupted = new DataDirectory(other);
        interrupted.open(false);
        Files.createDirectories(interrupted.path().resolve("databases.partial/db-1/mysql"));
        MariaDbPrograms programs = MariaDbPrograms.unpackedInto(MariaDbPrograms.cache(), () -> {});
        ClusterDirectories directories =
                new ClusterDirectories(interrupted, new Secrets(interrupted), programs, RunMark.random());
        assertThat(directories.exist()).isFalse();

        directories.create(List.of("db-1", "db-2"));

        assertThat(directories.exist()).isTrue();
        directories.check(List.of("db-1", "db-2"));
        Files.delete(interrupted.database("db-2").resolve("ibdata1"));
        assertThatThrownBy(() -> directories.check(List.of("db-1", "db-2")))
                .isInstanceOf(StackFailure.class)
                .hasMessageContaining("ibdata1 is missing")
                .hasMessageContaining("--fresh");

        Secrets kept = new Secrets(interrupted);
        ClusterDirectories.requireSecrets(interrupted, kept);
        Files.delete(kept.file(Account.APP.secret()));
        assertThatThrownBy(() -> ClusterDirectories.requireSecrets(interrupted, kept))
                .isInstanceOf(StackFailure.class)
                .hasMessageContaining(Account.APP.secret() + " is missing")
                .hasMessageContaining("--fresh");
    }

    @Test
    void noPasswordIsAnArgumentOfAProcess() {
        for (ProcessHandle process : MARK.processes()) {
            String command = process.info().commandLine().orElse("");
            for (Account account : Account.values()) {
                assertThat(command).isNotEmpty().doesNotContain(secrets.reveal(account.secret()));
            }
        }
    }

    private static void execute(int server, String sql) throws SQLException {
        try (Connection connection = connect(server, Account.ROOT);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String value(int server, String sql) throws SQLException {
        return value(server, sql, 1);
    }

    private static String value(int server, String sql, int column) throws SQLException {
        try (Connection connection = connect(server, Account.ROOT);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return row.getString(column);
        }
    }

    private static Connection connect(int server, Account account) throws SQLException {
        return DriverManager.getConnection(url(server), account.user(), secrets.reveal(account.secret()));
    }

    private static String url(int server) {
        return "jdbc:mariadb://127.0.0.1:" + plan.get(server).port("mysql") + "/?sslMode=disable";
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
