package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.dbrouter.auth.NativePassword;
import com.foobar.kit.testing.MariaDbServer;
import com.mysql.cj.jdbc.JdbcConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** What is there of the user before when COM_CHANGE_USER has been answered. */
class UserChangeIT {
    /** The server needs a while to take back so much. */
    private static final String MUCH = "INSERT INTO foobar.changing SELECT seq, 0 FROM foobar.seq_2_to_300000";

    @Test
    void noLockIsLeftOfTheTransactionBefore() throws SQLException {
        MariaDbServer primary = SharedCluster.get().primary();
        primary.execute(
                "CREATE OR REPLACE TABLE foobar.changing (id INT PRIMARY KEY, n INT)",
                "INSERT INTO foobar.changing VALUES (1, 0)");
        try (RouterFixture router = RouterFixture.start(SharedCluster.get().servers(), "monitor: {timeout: 20s}")
                        .ready();
                Connection connection = DriverManager.getConnection(
                        "jdbc:mysql://localhost:" + router.port() + "/?sslMode=DISABLED&allowPublicKeyRetrieval=true",
                        RouterFixture.USER,
                        MariaDbServer.PASSWORD);
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            statement.execute("UPDATE foobar.changing SET n = 1");
            statement.execute(MUCH);
            connection.unwrap(JdbcConnection.class).changeUser("root", MariaDbServer.PASSWORD);
            assertThat(primary.value("SELECT n FROM foobar.changing WHERE id = 1 FOR UPDATE NOWAIT"))
                    .isEqualTo("0");
        }
    }

    /** The handshake of a new server connection has one byte for it. */
    @Test
    void theCollationIsTheOneThatWasAskedForAlsoWhereItsNumberIsLong() throws IOException {
        MariaDbServer primary = SharedCluster.get().primary();
        String collation = "utf8mb4_uca1400_as_cs";
        int id = Integer.parseInt(primary.value(
                "SELECT id FROM information_schema.collation_character_set_applicability WHERE full_collation_name = '"
                        + collation + "'"));
        assertThat(id).isGreaterThan(255);
        try (RouterFixture router = RouterFixture.start(SharedCluster.get().servers(), "monitor: {timeout: 20s}")
                        .ready();
                MySqlWire wire = new MySqlWire(router.port())) {
            wire.login();
            byte[] proof = NativePassword.scramble(
                    MariaDbServer.PASSWORD.getBytes(StandardCharsets.US_ASCII),
                    wire.greeted().nonce());
            ByteBuf payload = Unpooled.buffer().writeByte(0x11);
            payload.writeCharSequence("root\0", StandardCharsets.US_ASCII);
            payload.writeByte(proof.length).writeBytes(proof);
            payload.writeCharSequence("foobar\0", StandardCharsets.US_ASCII);
            payload.writeShortLE(id).writeCharSequence("mysql_native_password\0", StandardCharsets.US_ASCII);
            wire.send(ByteBufUtil.getBytes(Unpooled.buffer()
                    .writeMediumLE(payload.readableBytes())
                    .writeByte(0)
                    .writeBytes(payload)));
            assertThat(wire.readError()).isZero();
            assertThat(wire.value("SELECT @@collation_connection")).isEqualTo(collation);
            assertThat(wire.value("/* router:replica */ SELECT @@collation_connection"))
                    .isEqualTo(collation);
        }
    }
}
