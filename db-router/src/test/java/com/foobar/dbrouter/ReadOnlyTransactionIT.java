package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.foobar.dbrouter.protocol.Packets;
import com.foobar.kit.testing.DatabaseCluster;
import com.foobar.kit.testing.DatabaseServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions that only read, which run on one replica as a whole. */
@OnBothDatabases
class ReadOnlyTransactionIT {
    /** ER_STMT_HAS_NO_OPEN_CURSOR. */
    private static final int NO_CURSOR = 1421;

    private static RouterFixture router;

    @BeforeAll
    static void start() {
        TestedCluster.get()
                .primary()
                .execute(
                        "DROP TABLE IF EXISTS foobar.steady",
                        "CREATE TABLE foobar.steady (id INT PRIMARY KEY, n INT)",
                        "INSERT INTO foobar.steady VALUES (1, 0)",
                        "DROP TABLE IF EXISTS foobar.steady_rows",
                        "CREATE TABLE foobar.steady_rows (n INT PRIMARY KEY)",
                        "INSERT INTO foobar.steady_rows WITH RECURSIVE below (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM below"
                                + " WHERE n < 100) SELECT n FROM below");
        TestedCluster.get().awaitReplication();
        router = RouterFixture.start(TestedCluster.get().servers(), "consistency: eventual", "monitor: {timeout: 20s}")
                .ready();
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "START TRANSACTION READ ONLY",
                "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
                "SET SESSION TRANSACTION READ ONLY; BEGIN",
                "SET transaction_read_only = ON; START TRANSACTION",
                "SET SESSION transaction_isolation = 'READ-COMMITTED'; START TRANSACTION READ ONLY",
            })
    void runsOnOneReplica(String begin) throws SQLException {
        try (Connection connection = router.connect("useServerPrepStmts=true");
                Statement statement = connection.createStatement();
                PreparedStatement read = connection.prepareStatement("SELECT @@server_id, n FROM steady")) {
            for (int round = 0; round < 3; round++) {
                execute(statement, begin);
                long first = number(read);
                assertThat(first).isNotEqualTo(primaryId());
                for (int i = 0; i < 10; i++) {
                    assertThat(number(read)).isEqualTo(first);
                    assertThat(number(statement, "SELECT @@server_id FROM steady"))
                            .isEqualTo(first);
                }
                statement.execute(round == 0 ? "COMMIT" : "ROLLBACK");
                assertThat(number(statement, "SELECT @@server_id")).isEqualTo(primaryId());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET TRANSACTION READ ONLY; START TRANSACTION",
                "SET @@transaction_read_only = 1; START TRANSACTION",
                "SET SESSION TRANSACTION READ ONLY; SET SESSION TRANSACTION READ WRITE; BEGIN",
                "SET SESSION TRANSACTION READ ONLY; SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE; BEGIN",
                "SET SESSION TRANSACTION READ ONLY; START TRANSACTION READ WRITE",
                "SET autocommit = 0; START TRANSACTION READ ONLY",
                "SET @x = 1; START TRANSACTION READ ONLY",
                "SET SESSION TRANSACTION READ ONLY; START TRANSACTION WITH CONSISTENT SNAPSHOT",
            })
    void runsOnThePrimaryWhereItIsNotPlain(String begin) throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            execute(statement, begin);
            assertThat(number(statement, "SELECT @@server_id FROM steady")).isEqualTo(primaryId());
            statement.execute("ROLLBACK");
        }
    }

    @Test
    void refusesWritesAsTheServerDoes() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("START TRANSACTION READ ONLY");
            long replica = number(statement, "SELECT @@server_id");
            assertThat(error(statement, "UPDATE steady SET n = -1")).isEqualTo(1792);
            assertThat(error(statement, "CREATE TABLE steady_too (id INT)")).isEqualTo(1792);
            assertThat(number(statement, "SELECT @@server_id")).isEqualTo(replica);
            statement.execute("COMMIT");
            statement.execute("UPDATE steady SET n = 5");
            assertThat(number(statement, "/* router:primary */ SELECT n FROM steady"))
                    .isEqualTo(5);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET @x = 1",
                "SELECT @x := 1",
                "SELECT GET_LOCK('steady', 0)",
                "CREATE TEMPORARY TABLE steady_temporary (id INT)",
                "LOCK TABLES steady READ",
                "PREPARE s FROM 'SELECT 1'",
                "CALL steady_procedure()",
                "SET autocommit = 0",
                "COMMIT AND CHAIN",
                "COMMIT; BEGIN",
            })
    void leavesNothingOfTheSessionOnTheReplica(String sql) throws SQLException {
        try (Connection connection = router.connect("allowMultiQueries=true");
                Statement statement = connection.createStatement()) {
            statement.execute("START TRANSACTION READ ONLY");
            long replica = number(statement, "SELECT @@server_id");
            assertThat(replica).isNotEqualTo(primaryId());
            assertThat(error(statement, sql)).isEqualTo(1792);
            assertThat(number(statement, "SELECT @@server_id")).isEqualTo(replica);
            statement.execute("ROLLBACK");
            assertThat(number(statement, "SELECT @@server_id")).isEqualTo(primaryId());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"BEGIN", "START TRANSACTION", "START TRANSACTION READ WRITE"})
    void endsWhereAnotherTransactionBegins(String begin) throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("START TRANSACTION READ ONLY");
            assertThat(number(statement, "SELECT @@server_id")).isNotEqualTo(primaryId());
            statement.execute(begin);
            statement.execute("UPDATE steady SET n = 77");
            assertThat(number(statement, "SELECT @@server_id")).isEqualTo(primaryId());
            statement.execute("ROLLBACK");
            assertThat(number(statement, "SELECT n FROM steady")).isNotEqualTo(77);
        }
    }

    @Test
    void seesWhatWasWrittenBeforeItBeganAndNothingLater() throws SQLException {
        try (RouterFixture strict = RouterFixture.start(TestedCluster.get().servers(), "monitor: {timeout: 20s}")
                        .ready();
                Connection one = strict.connect();
                Statement writes = one.createStatement();
                Connection two = strict.connect();
                Statement reads = two.createStatement()) {
            for (int i = 100; i < 150; i++) {
                writes.execute("UPDATE steady SET n = " + i);
                reads.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
                writes.execute("UPDATE steady SET n = -" + i);
                assertThat(number(reads, "SELECT n FROM steady")).isEqualTo(i);
                reads.execute("COMMIT");
                assertThat(number(reads, "SELECT n FROM steady")).isEqualTo(-i);
            }
        }
    }

    /** What it shows is fixed by its first read, as on a server, and not where it begins. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void seesWhatWasAcknowledgedBeforeItsFirstRead(boolean prepared) throws SQLException {
        DatabaseCluster cluster = TestedCluster.get();
        try (RouterFixture strict = RouterFixture.start(
                                cluster.servers(), "monitor: {timeout: 20s}", "read-index: {wait-limit: 2s}")
                        .ready();
                Connection one = strict.connect();
                Statement writes = one.createStatement();
                Connection two = strict.connect("useServerPrepStmts=" + prepared);
                Statement reads = two.createStatement();
                PreparedStatement read = two.prepareStatement("SELECT n FROM steady")) {
            awaitReplicas(strict);
            for (int i = 0; i < 20; i++) {
                reads.execute("START TRANSACTION READ ONLY");
                reads.execute("SELECT 1");
                writes.execute("UPDATE steady SET n = " + (200 + i));
                assertThat(number(read)).isEqualTo(200 + i);
                assertThat(number(reads, "SELECT @@server_id"))
                        .as("a replica that keeps up goes on with it")
                        .isNotEqualTo(primaryId());
                reads.execute("COMMIT");
            }
            reads.execute("SET @@session.group_concat_max_len = 4711");
            reads.execute("START TRANSACTION READ ONLY");
            assertThat(number(reads, "SELECT @@server_id")).isNotEqualTo(primaryId());
            stopApplying();
            writes.execute("UPDATE steady SET n = 300");
            assertThat(number(read)).isEqualTo(300);
            assertThat(number(reads, "SELECT @@server_id")).isEqualTo(primaryId());
            assertThat(number(reads, "SELECT @@group_concat_max_len")).isEqualTo(4711);
            writes.execute("UPDATE steady SET n = 301");
            assertThat(number(read)).as("the same view").isEqualTo(300);
            assertThat(error(reads, "UPDATE steady SET n = -1")).as("read only").isEqualTo(1792);
            reads.execute("COMMIT");
            assertThat(number(read)).isEqualTo(301);
        } finally {
            applyAgain(router);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SAVEPOINT a",
                "SET SESSION group_concat_max_len = 5000",
                "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
                "SELECT NOW()",
                "SHOW TABLES",
            })
    void isBegunAgainByItsClientWhereItHasDoneMoreThanBegin(String more) throws SQLException {
        DatabaseCluster cluster = TestedCluster.get();
        try (RouterFixture strict = RouterFixture.start(
                                cluster.servers(), "monitor: {timeout: 20s}", "read-index: {wait-limit: 200ms}")
                        .ready();
                Connection one = strict.connect();
                Statement writes = one.createStatement();
                Connection two = strict.connect();
                Statement reads = two.createStatement()) {
            awaitReplicas(strict);
            reads.execute("START TRANSACTION READ ONLY");
            assertThat(number(reads, "SELECT @@server_id")).isNotEqualTo(primaryId());
            reads.execute(more);
            stopApplying();
            writes.execute("UPDATE steady SET n = n + 1000");
            assertThat(error(reads, "SELECT n FROM steady")).isEqualTo(1205);
            reads.execute("ROLLBACK");
            assertThat(number(reads, "SELECT n FROM steady")).isGreaterThan(1000);
        } finally {
            applyAgain(router);
        }
    }

    @Test
    void movesForNothingThatItHasReadAlready() throws SQLException {
        DatabaseCluster cluster = TestedCluster.get();
        try (RouterFixture strict = RouterFixture.start(
                                cluster.servers(), "monitor: {timeout: 20s}", "read-index: {wait-limit: 2s}")
                        .ready();
                Connection one = strict.connect();
                Statement writes = one.createStatement();
                Connection two = strict.connect();
                Statement reads = two.createStatement()) {
            awaitReplicas(strict);
            writes.execute("UPDATE steady SET n = 400");
            for (String begin :
                    List.of("START TRANSACTION READ ONLY", "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")) {
                reads.execute(begin);
                if (!begin.contains("SNAPSHOT")) {
                    assertThat(number(reads, "SELECT n FROM steady")).isEqualTo(400);
                }
                stopApplying();
                writes.execute("UPDATE steady SET n = 401");
                assertThat(number(reads, "SELECT n FROM steady")).isEqualTo(400);
                assertThat(number(reads, "SELECT @@server_id")).isNotEqualTo(primaryId());
                reads.execute("ROLLBACK");
                writes.execute("UPDATE steady SET n = 400");
                applyAgain(strict);
            }
        } finally {
            applyAgain(router);
        }
    }

    /** As on a server; but what comes next runs where it would run without the cursor, which is gone then. */
    @ParameterizedTest
    @ValueSource(strings = {"SELECT n FROM foobar.steady", "UPDATE foobar.steady SET n = n + 1"})
    void aCursorIsLeftUntilTheNextStatement(String next) throws IOException {
        DatabaseCluster cluster = TestedCluster.get();
        try (RouterFixture strict = RouterFixture.start(
                                cluster.servers(), "monitor: {timeout: 20s}", "read-index: {wait-limit: 2s}")
                        .ready();
                MySqlWire reader = new MySqlWire(strict.port());
                MySqlWire writer = new MySqlWire(strict.port())) {
            awaitReplicas(strict);
            reader.login();
            writer.login();
            assertThat(reader.run("START TRANSACTION READ ONLY")).isZero();
            assertThat(reader.value("SELECT @@server_id")).isNotEqualTo(Long.toString(primaryId()));
            int cursor = openCursor(reader, "SELECT n FROM foobar.steady_rows");
            assertThat(fetch(reader, cursor)).isEqualTo(10);
            assertThat(reader.run("COMMIT")).isZero();
            assertThat(fetch(reader, cursor)).isEqualTo(10);

            stopApplying();
            assertThat(writer.run("UPDATE foobar.steady SET n = 4711")).isZero();
            if (next.startsWith("SELECT")) {
                assertThat(reader.value(next)).isEqualTo("4711");
            } else {
                assertThat(reader.run(next)).isZero();
                assertThat(writer.value("SELECT n FROM foobar.steady")).isEqualTo("4712");
            }
            assertThat(fetch(reader, cursor)).isEqualTo(-NO_CURSOR);
        } finally {
            applyAgain(router);
        }
    }

    private static void stopApplying() {
        TestedCluster.get().stopApplying(0);
        TestedCluster.get().stopApplying(1);
    }

    private static void applyAgain(RouterFixture router) {
        TestedCluster.get().startApplying(0);
        TestedCluster.get().startApplying(1);
        TestedCluster.get().awaitReplication();
        awaitReplicas(router);
    }

    private static void awaitReplicas(RouterFixture router) {
        for (String replica : List.of("db-2", "db-3")) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() ->
                            SightIT.metric(router, "dbrouter_server_answers_reads", "server=\"" + replica + "\"") == 1);
        }
    }

    /** Of a query with one column and no parameters. */
    private static int openCursor(MySqlWire wire, String sql) throws IOException {
        send(wire, Unpooled.buffer().writeByte(0x16).writeBytes(sql.getBytes(StandardCharsets.US_ASCII)));
        int id = Unpooled.wrappedBuffer(wire.read()).getIntLE(1);
        wire.read(); // The column.
        send(
                wire,
                Unpooled.buffer()
                        .writeByte(0x17)
                        .writeIntLE(id)
                        .writeByte(1) // To be read only.
                        .writeIntLE(1));
        byte[] packet = wire.read();
        while ((packet[0] & 0xff) != Packets.EOF) {
            assertThat(packet[0] & 0xff).isNotEqualTo(Packets.ERR);
            packet = wire.read();
        }
        return id;
    }

    /** @return how many of ten rows there are; the number of the error, negative */
    private static int fetch(MySqlWire wire, int cursor) throws IOException {
        send(wire, Unpooled.buffer().writeByte(0x1c).writeIntLE(cursor).writeIntLE(10));
        int rows = 0;
        for (byte[] packet = wire.read(); (packet[0] & 0xff) != Packets.EOF; packet = wire.read()) {
            if ((packet[0] & 0xff) == Packets.ERR) {
                return -Unpooled.wrappedBuffer(packet).getUnsignedShortLE(1);
            }
            rows++;
        }
        return rows;
    }

    private static void send(MySqlWire wire, ByteBuf payload) throws IOException {
        wire.send(ByteBufUtil.getBytes(Unpooled.buffer()
                .writeMediumLE(payload.readableBytes())
                .writeByte(0)
                .writeBytes(payload)));
    }

    @Test
    void endsWithTheSessionWhenTheReplicaIsLost() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("START TRANSACTION READ ONLY");
            long server = number(statement, "SELECT @@server_id");
            long id = number(statement, "SELECT id FROM information_schema.processlist WHERE id = CONNECTION_ID()");
            DatabaseServer replica = TestedCluster.get().servers().stream()
                    .filter(one -> Long.parseLong(one.value("SELECT @@server_id")) == server)
                    .findFirst()
                    .orElseThrow();
            replica.execute("KILL CONNECTION " + id);
            assertThatThrownBy(() -> statement.execute("SELECT n FROM steady"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("the open transaction");
            assertThat(connection.isValid(20)).isFalse();
        }
    }

    private static void execute(Statement statement, String several) throws SQLException {
        for (String sql : several.split("; ")) {
            statement.execute(sql);
        }
    }

    private static long primaryId() {
        return Long.parseLong(TestedCluster.get().primary().value("SELECT @@server_id"));
    }

    private static int error(Statement statement, String sql) {
        try {
            statement.execute(sql);
            return 0;
        } catch (SQLException e) {
            return e.getErrorCode();
        }
    }

    private static long number(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }
}
