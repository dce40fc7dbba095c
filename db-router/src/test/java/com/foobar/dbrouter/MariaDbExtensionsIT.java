package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.dbrouter.protocol.CapabilityFlags;
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
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What MariaDB's protocol has and MySQL's has not: bulk execution, the statement prepared last, names of types. */
class MariaDbExtensionsIT {
    private static final long EXTENDED =
            CapabilityFlags.MARIADB_STMT_BULK_OPERATIONS | CapabilityFlags.MARIADB_EXTENDED_METADATA;
    private static final int UNKNOWN_STATEMENT = 1243;
    private static final int UNKNOWN_COMMAND = 1047;

    private static RouterFixture router;

    @BeforeAll
    static void start() throws SQLException {
        router = RouterFixture.start(SharedCluster.get().servers()).ready();
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE OR REPLACE TABLE bulk (id INT PRIMARY KEY AUTO_INCREMENT, n INT, name VARCHAR(20))");
            statement.execute("CREATE OR REPLACE TABLE typed (id UUID, body JSON)");
            statement.execute("INSERT INTO typed VALUES (UUID(), '{}')");
        }
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @Test
    void executesInBulk() throws SQLException {
        try (Connection connection = router.connect("useBulkStmts=true");
                Statement statement = connection.createStatement();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO bulk (n, name) VALUES (?, ?)")) {
            statement.execute("TRUNCATE bulk");
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 500; i++) {
                    insert.setInt(1, i);
                    insert.setString(2, i % 7 == 0 ? null : "name " + i);
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).hasSize(500);
            }
            try (ResultSet rows = statement.executeQuery("SELECT COUNT(*), SUM(n), COUNT(name) FROM bulk")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(1000);
                assertThat(rows.getInt(2)).isEqualTo(499 * 500);
                assertThat(rows.getInt(3)).isEqualTo(1000 - 2 * 72);
            }
        }
    }

    @Test
    void tellsTheTypesOfABulkAgainWhereTheServerHasNotHeardThem() throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            login(wire);
            assertThat(wire.run("USE foobar")).isZero();
            assertThat(wire.run("CREATE OR REPLACE TABLE bulk_wire (n INT)")).isZero();
            wire.send(prepare("INSERT INTO bulk_wire VALUES (?)"));
            // Two rows of an INT, each behind an indicator of 0.
            wire.sendHex("13000000" + "fa" + "ffffffff" + "8000" + "0300" + "00" + "05000000" + "00" + "07000000");
            // The server has the text under a new id now, and has been told no types for that.
            wire.send(prepare("INSERT INTO bulk_wire VALUES (?)"));
            // A NULL by its indicator, and 11, without the type.
            wire.sendHex("0d000000" + "fa" + "01000000" + "0000" + "01" + "00" + "0b000000");
            for (String what : List.of("prepared", "two rows", "prepared again", "two more rows")) {
                assertThat(wire.read()[0]).as(what).isZero();
                if (what.startsWith("prepared")) {
                    wire.read();
                }
            }
            assertThat(wire.value("SELECT CONCAT(COUNT(*), ' ', SUM(n)) FROM bulk_wire"))
                    .isEqualTo("4 23");
        }
    }

    @Test
    void executesWhatWasPreparedLast() throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            login(wire);
            wire.send(prepare("SELECT 'first' FROM DUAL"));
            wire.sendHex("0a000000" + "17" + "ffffffff" + "00" + "01000000");
            wire.send(prepare("SELEC"));
            wire.sendHex("0a000000" + "17" + "ffffffff" + "00" + "01000000");
            assertThat(wire.read()[0]).as("prepared").isZero();
            wire.read();
            assertThat(wire.read()[0]).as("columns").isEqualTo((byte) 1);
            wire.read();
            assertThat(new String(wire.read(), StandardCharsets.UTF_8)).endsWith("first");
            wire.read();
            assertThat(wire.readError()).as("syntax").isEqualTo(1064);
            assertThat(wire.readError()).as("nothing was prepared last").isEqualTo(UNKNOWN_STATEMENT);
            assertThat(wire.value("SELECT 'next'")).isEqualTo("next");
        }
    }

    @Test
    void namesTheTypesOfColumns() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id, body FROM typed")) {
            assertThat(rows.getMetaData().getColumnTypeName(1)).isEqualToIgnoringCase("uuid");
            assertThat(rows.getMetaData().getColumnTypeName(2)).isEqualToIgnoringCase("json");
        }
    }

    @Test
    void offersNoneOfItToMySqlsClients() throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login();
            wire.sendHex("07000000" + "fa" + "01000000" + "8000");
            assertThat(wire.readError()).isEqualTo(UNKNOWN_COMMAND);
            assertThat(wire.value("SELECT 'next'")).isEqualTo("next");
        }
    }

    private static void login(MySqlWire wire) throws IOException {
        long capabilities = (CapabilityFlags.OFFERED & ~CapabilityFlags.LONG_PASSWORD) | EXTENDED;
        assertThat(wire.login(capabilities, 45)[0]).isZero();
        assertThat(wire.greeted().capabilities() & EXTENDED).isEqualTo(EXTENDED);
    }

    private static byte[] prepare(String sql) {
        ByteBuf packet =
                Unpooled.buffer().writeMediumLE(1 + sql.length()).writeByte(0).writeByte(0x16);
        packet.writeCharSequence(sql, StandardCharsets.US_ASCII);
        return ByteBufUtil.getBytes(packet);
    }
}
