package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.dbrouter.protocol.CapabilityFlags;
import com.foobar.dbrouter.protocol.StatusFlags;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients with and without CLIENT_DEPRECATE_EOF and CLIENT_SESSION_TRACK get the packets that they understand, byte by byte. */
class CapabilitiesIT {
    private static final int EOF = 0xfe;

    private static RouterFixture router;

    @BeforeAll
    static void start() {
        SharedCluster.get()
                .primary()
                .execute(
                        "CREATE OR REPLACE TABLE foobar.capable (id INT PRIMARY KEY AUTO_INCREMENT, n INT)",
                        "INSERT INTO foobar.capable VALUES (1, 1), (2, 2), (3, 3)");
        router = RouterFixture.start(SharedCluster.get().servers(), "monitor: {timeout: 20s}")
                .ready();
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void getTheirFormOfEveryAnswer(boolean deprecateEof, boolean sessionTrack) throws IOException {
        long capabilities = CapabilityFlags.OFFERED
                & ~(deprecateEof ? 0 : CapabilityFlags.DEPRECATE_EOF)
                & ~(sessionTrack ? 0 : CapabilityFlags.SESSION_TRACK);
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login(capabilities, 45);
            Answers answers = new Answers(wire, deprecateEof);
            for (int round = 0; round < 3; round++) {
                // A transaction has all of it on one connection of the primary, the rest goes to any.
                boolean transaction = round == 1;
                if (transaction) {
                    answers.command(3, "BEGIN");
                    answers.ok();
                }
                answers.command(3, "SELECT n FROM foobar.capable WHERE id <= 3 ORDER BY id");
                assertThat(answers.rows()).hasSize(3);

                answers.command(3, "SELECT n FROM foobar.capable WHERE id > 100");
                assertThat(answers.rows()).isEmpty();

                answers.command(3, "SELECT 1; SELECT 2 UNION ALL SELECT 3");
                assertThat(answers.rows()).hasSize(1);
                assertThat(answers.hasMore()).isTrue();
                assertThat(answers.rows()).hasSize(2);
                assertThat(answers.hasMore()).isFalse();

                answers.command(3, "USE foobar");
                answers.ok();
                assertThat(answers.hasChanges()).isEqualTo(sessionTrack);

                answers.command(3, "REPLACE INTO foobar.capable (id, n) VALUES (3, 3)");
                answers.ok();
                if (!sessionTrack) {
                    assertThat(answers.hasChanges()).isFalse();
                }

                int statement = answers.prepare("SELECT id, n FROM foobar.capable WHERE id <= ? ORDER BY id", 1, 2);
                answers.execute(statement, false, 3);
                assertThat(answers.rows()).hasSize(3).allSatisfy(row -> assertThat(row[0])
                        .isZero());

                answers.execute(statement, true, 3);
                answers.openedCursor();
                assertThat(answers.fetch(statement, 2)).hasSize(2);
                assertThat(answers.isLast()).isFalse();
                assertThat(answers.fetch(statement, 2)).hasSize(1);
                assertThat(answers.isLast()).isTrue();

                answers.command(3, "SELECT nothing FROM foobar.capable");
                assertThat(wire.readError()).isEqualTo(1054);
                if (transaction) {
                    answers.command(3, "ROLLBACK");
                    answers.ok();
                }
            }
        }
    }

    /** Reads answers strictly: every packet has to be the one that is next. */
    private static final class Answers {
        private final MySqlWire wire;
        private final boolean deprecateEof;
        private int status;
        private boolean changes;

        Answers(MySqlWire wire, boolean deprecateEof) {
            this.wire = wire;
            this.deprecateEof = deprecateEof;
        }

        void command(int code, String text) throws IOException {
            send(Unpooled.buffer().writeByte(code).writeBytes(text.getBytes(StandardCharsets.UTF_8)));
        }

        private void send(ByteBuf payload) throws IOException {
            ByteBuf packet = Unpooled.buffer()
                    .writeMediumLE(payload.readableBytes())
                    .writeByte(0)
                    .writeBytes(payload);
            byte[] bytes = new byte[packet.readableBytes()];
            packet.readBytes(bytes);
            wire.send(bytes);
        }

        void ok() throws IOException {
            byte[] packet = wire.read();
            assertThat(packet[0]).isZero();
            readOk(packet);
        }

        /** Affected rows and insert id are small here: a byte each. */
        private void readOk(byte[] packet) {
            status = short2(packet, 3);
            changes = (status & StatusFlags.SESSION_STATE_CHANGED) != 0;
            if (!changes) {
                // No empty text, no block of changes: nothing that a client would have to know how to skip.
                assertThat(packet).hasSize(7);
            }
        }

        List<byte[]> rows() throws IOException {
            byte[] count = wire.read();
            assertThat(count).hasSize(1);
            for (int i = 0; i < count[0]; i++) {
                definition();
            }
            if (!deprecateEof) {
                eof(wire.read());
            }
            return rowsToTheEnd();
        }

        private List<byte[]> rowsToTheEnd() throws IOException {
            List<byte[]> rows = new ArrayList<>();
            byte[] packet = wire.read();
            for (; (packet[0] & 0xff) != EOF; packet = wire.read()) {
                rows.add(packet);
            }
            end(packet);
            return rows;
        }

        private void end(byte[] packet) {
            if (deprecateEof) {
                assertThat(packet[0] & 0xff).isEqualTo(EOF);
                readOk(packet);
            } else {
                eof(packet);
            }
        }

        private void eof(byte[] packet) {
            assertThat(packet).hasSize(5);
            assertThat(packet[0] & 0xff).isEqualTo(EOF);
            status = short2(packet, 3);
        }

        /** A column's or a parameter's, which begins with the catalog, "def". */
        private void definition() throws IOException {
            byte[] packet = wire.read();
            assertThat(new String(packet, 1, 3, StandardCharsets.US_ASCII)).isEqualTo("def");
        }

        int prepare(String text, int parameters, int columns) throws IOException {
            command(0x16, text);
            ByteBuf packet = Unpooled.wrappedBuffer(wire.read());
            assertThat(packet.readByte()).isZero();
            int id = packet.readIntLE();
            assertThat(packet.readUnsignedShortLE()).isEqualTo(columns);
            assertThat(packet.readUnsignedShortLE()).isEqualTo(parameters);
            definitions(parameters);
            definitions(columns);
            return id;
        }

        private void definitions(int count) throws IOException {
            for (int i = 0; i < count; i++) {
                definition();
            }
            if (!deprecateEof) {
                eof(wire.read());
            }
        }

        /** With one parameter, an integer. */
        void execute(int statement, boolean cursor, int value) throws IOException {
            send(Unpooled.buffer()
                    .writeByte(0x17)
                    .writeIntLE(statement)
                    .writeByte(cursor ? 1 : 0)
                    .writeIntLE(1)
                    .writeByte(0)
                    .writeByte(1)
                    .writeShortLE(3)
                    .writeIntLE(value));
        }

        void openedCursor() throws IOException {
            byte[] count = wire.read();
            for (int i = 0; i < count[0]; i++) {
                definition();
            }
            // This packet ends the answer, or the definitions: it is there in both forms.
            end(wire.read());
            assertThat(status & StatusFlags.CURSOR_EXISTS).isNotZero();
        }

        List<byte[]> fetch(int statement, int rows) throws IOException {
            send(Unpooled.buffer().writeByte(0x1c).writeIntLE(statement).writeIntLE(rows));
            return rowsToTheEnd();
        }

        boolean hasMore() {
            return (status & StatusFlags.MORE_RESULTS_EXISTS) != 0;
        }

        boolean isLast() {
            return (status & StatusFlags.LAST_ROW_SENT) != 0;
        }

        boolean hasChanges() {
            return changes;
        }

        private static int short2(byte[] packet, int at) {
            return (packet[at] & 0xff) | (packet[at + 1] & 0xff) << 8;
        }
    }
}
