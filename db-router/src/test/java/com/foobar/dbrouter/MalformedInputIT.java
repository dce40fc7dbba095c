package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that no client should send: a clean error, a closed connection, and everyone else goes on. */
class MalformedInputIT {
    private static RouterFixture router;

    @BeforeAll
    static void start() {
        router = RouterFixture.start(
                        SharedCluster.get().servers(),
                        "sessions: {max-packet: 1MiB, handshake-timeout: 5s, read-timeout: 2s, max-connections: 20, max-prepared: 3,"
                                + " max-prepared-text: 16KiB}")
                .ready();
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @AfterEach
    void goesOnServingOthers() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            assertThat(statement.execute("SELECT 1")).isTrue();
        }
    }

    @Test
    void doesNotWaitForTheRestOfACommandForEver() throws IOException, InterruptedException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            assertThat(wire.login()[0]).isZero();
            wire.query("SELECT SLEEP(2.5)");
            assertThat(wire.readValue()).as("a statement takes what it takes").isEqualTo("0");
            // In one write with a whole command.
            wire.sendHex("05000000" + "03444f2031" + "40000000" + "03");
            assertThat(wire.read()[0]).isZero();
            for (int i = 0; i < 3; i++) {
                // Slower than the limit in all, but not for any part.
                Thread.sleep(1000);
                wire.sendHex("20");
            }
            assertThat(wire.readError()).isEqualTo(1159);
            assertThat(wire.isClosedByPeer()).isTrue();
        }
    }

    @Test
    void refusesAnExecutionWithoutItsParametersAndGoesOn() throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            assertThat(wire.login()[0]).isZero();
            wire.sendHex("09000000" + "16" + "53454c454354203f");
            assertThat(wire.read()[0]).isZero();
            wire.read();
            wire.read();
            wire.sendHex("0a000000" + "17" + "01000000" + "00" + "01000000");
            assertThat(wire.readError()).isEqualTo(1210);
            assertThat(wire.value("SELECT 'next'")).isEqualTo("next");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "``"})
    void passesOnANameOfAnyLengthAndKeepsTheOrder(String part) throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login();
            wire.query("SELECT 'before'");
            wire.query("USE `" + part.repeat(100_000) + "`");
            wire.query("SELECT 'after'");
            assertThat(wire.readValue()).isEqualTo("before");
            assertThat(wire.readError()).as("no name").isEqualTo(1102);
            assertThat(wire.readValue()).isEqualTo("after");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000001", // empty
                "0100000100", // one byte
                "0400000155555555", // no capabilities of today
                "ffffff01", // announces 16 MB
                "200000010fa2ffff00000001ff0000000000000000000000000000000000000000000000", // no user
                "ffff0001", // longer than any login
            })
    void refusesAMalformedHandshake(String hex) throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.greeting();
            wire.sendHex(hex);
            assertThat(wire.isClosedByPeer()).isTrue();
        }
    }

    /** Packets of a login are numbered through. */
    @ParameterizedTest
    @ValueSource(strings = {"04000000", "04000002", "040000ff"})
    void refusesAHandshakeOutOfOrder(String header) throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.greeting();
            wire.sendHex(header + "0fa2ff00");
            assertThat(wire.readError()).isEqualTo(1156);
            assertThat(wire.isClosedByPeer()).isTrue();
        }
    }

    @Test
    void saysThatAClientHasNotLoggedInInTimeAndCloses() throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.greeting();
            assertThat(wire.readError()).isEqualTo(1159);
            assertThat(wire.readSequence()).isEqualTo(1);
            assertThat(wire.isClosedByPeer()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "00000000, 1835", // an empty command
        "0100000503, 1156", // wrong sequence id
        "ffff1f00, 1835", // 2 MB are announced
        "0200000017ff, 1835", // execute, cut short
        "020000001c01, 1835", // fetch, cut short
        "0200000019ff, 1835", // close, cut short
        "010000001b, 1835", // set option without option
        "0200000011ff, 1835", // change user, cut short
    })
    void refusesAMalformedCommandAndCloses(String hex, int code) throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            assertThat(wire.login()[0]).isZero();
            wire.sendHex(hex);
            assertThat(wire.readError()).isEqualTo(code);
            assertThat(wire.isClosedByPeer()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0100000077, 1047", // no such command
        "01000000fa, 1047", // MariaDB's bulk execution, which is not offered
        "0a00000017ffffff7f0001000000, 1243", // execute what was never prepared
        "050000001affffff7f, 1243", // reset it
        "090000001cffffff7f01000000, 1243", // fetch from it
        "0b00000017ffffffff000100000000, 1243", // execute the last one prepared, of none
    })
    void refusesACommandAndGoesOn(String hex, int code) throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login();
            wire.sendHex(hex);
            assertThat(wire.readError()).isEqualTo(code);
            wire.sendHex("010000000e");
            assertThat(wire.read()[0]).isZero();
        }
    }

    @Test
    void keepsNoMoreLongDataThanOneCommandMayHave() throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login();
            for (int statement = 1; statement <= 2; statement++) {
                wire.sendHex("0500000016444f203f"); // prepare DO ?
                assertThat(wire.read()[0]).isZero();
                wire.read(); // its parameter
                wire.send(longData(statement, 600_000));
            }
            wire.sendHex("0e000000" + "1702000000" + "0001000000" + "0001fc00");
            assertThat(wire.readError()).isEqualTo(1153);
            wire.sendHex("0e000000" + "1701000000" + "0001000000" + "0001fc00");
            assertThat(wire.readError()).isZero();
        }
    }

    @Test
    void dropsTheLongDataOfAnExecutionWithoutItsParameters() throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login();
            wire.sendHex("0500000016444f203f"); // prepare DO ?
            assertThat(wire.read()[0]).isZero();
            wire.read(); // its parameter
            wire.send(longData(1, 600_000));
            wire.sendHex("0a000000" + "1701000000" + "0001000000");
            assertThat(wire.readError()).isEqualTo(1210);
            wire.send(longData(1, 600_000));
            wire.sendHex("0e000000" + "1701000000" + "0001000000" + "0001fc00");
            assertThat(wire.readError()).as("there is room for it").isZero();
        }
    }

    /** Each costs something, even if it has nothing in it. */
    @Test
    void keepsNoMorePiecesOfLongDataThanThereIsRoomFor() throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login();
            wire.sendHex("0500000016444f203f"); // prepare DO ?
            assertThat(wire.read()[0]).isZero();
            wire.read(); // its parameter
            for (int i = 0; i < 4000; i++) {
                wire.send(longData(1, 0));
            }
            wire.sendHex("0e000000" + "1701000000" + "0001000000" + "0001fc00");
            assertThat(wire.readError()).isZero();
            for (int i = 0; i < 5000; i++) {
                wire.send(longData(1, 0));
            }
            wire.sendHex("0e000000" + "1701000000" + "0001000000" + "0001fc00");
            assertThat(wire.readError()).isEqualTo(1153);
        }
    }

    /** It is not carried to other connections, and nothing is looked for in it. */
    @ParameterizedTest
    @ValueSource(strings = {"SET%s time_zone='+03:00'", "SET time_zone='+03:00' /*%s*/", "SET time_zone='+03:00'%s"})
    void takesALongSetting(String set) throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login();
            assertThat(wire.run(set.formatted(" ".repeat(1_000_000)))).isZero();
            for (int i = 0; i < 3; i++) {
                assertThat(wire.value("SELECT @@time_zone")).isEqualTo("+03:00");
            }
        }
    }

    private static byte[] longData(int statement, int length) {
        ByteBuf packet = Unpooled.buffer()
                .writeMediumLE(7 + length)
                .writeByte(0)
                .writeByte(0x18)
                .writeIntLE(statement)
                .writeShortLE(0)
                .writeZero(length);
        return ByteBufUtil.getBytes(packet);
    }

    @Test
    void survivesRandomBytes() throws IOException {
        Random random = new Random(42);
        for (int i = 0; i < 200; i++) {
            byte[] noise = new byte[1 + random.nextInt(200)];
            random.nextBytes(noise);
            try (MySqlWire wire = new MySqlWire(router.port())) {
                if (i % 2 == 0) {
                    wire.login();
                    // A header that fits, so that it is the command that is nonsense.
                    wire.send(new byte[] {(byte) noise.length, 0, 0, 0});
                } else {
                    wire.greeting();
                }
                wire.send(noise);
            }
        }
    }

    @Test
    void refusesOneClientTooMany() throws IOException {
        // Those of other tests are gone.
        Awaitility.await().until(() -> SightIT.metric(router, "dbrouter_client_sessions") == 0);
        List<MySqlWire> clients = new ArrayList<>();
        try {
            int refused = 0;
            for (int i = 0; i < 25; i++) {
                MySqlWire wire = new MySqlWire(router.port());
                clients.add(wire);
                byte[] first = wire.read();
                if ((first[0] & 0xff) == 0xff) {
                    assertThat(new String(first, StandardCharsets.UTF_8))
                            .contains("Too many connections")
                            .contains("20 clients");
                    refused++;
                }
            }
            assertThat(refused).isBetween(5, 6);
        } finally {
            for (MySqlWire wire : clients) {
                wire.close();
            }
        }
        Awaitility.await().until(() -> {
            try (MySqlWire wire = new MySqlWire(router.port())) {
                return (wire.read()[0] & 0xff) == 10;
            }
        });
    }

    @Test
    void refusesTextsOfStatementsThatAreTooMuchTogether() throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login();
            wire.send(prepareOf(9_000));
            assertThat(wire.read()[0]).isZero();
            wire.send(prepareOf(9_000));
            assertThat(wire.readError()).isEqualTo(1461);
            wire.send(prepareOf(7_000));
            assertThat(wire.read()[0]).isZero();
            wire.sendHex("0500000019" + "01000000");
            wire.send(prepareOf(9_000));
            assertThat(wire.read()[0]).isZero();
        }
    }

    /** Of a statement without columns, so that its answer is one packet. */
    private static byte[] prepareOf(int bytes) {
        String text = "DO 1" + " ".repeat(bytes - 4);
        return ByteBufUtil.getBytes(Unpooled.buffer()
                .writeMediumLE(bytes + 1)
                .writeByte(0)
                .writeByte(0x16)
                .writeBytes(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void refusesOneStatementTooMany() throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login();
            for (int i = 0; i < 3; i++) {
                wire.sendHex("0600000016" + "444f203" + "1" + "20"); // DO 1
                assertThat(wire.read()[0]).isZero();
            }
            wire.sendHex("0600000016" + "444f203120");
            assertThat(wire.readError()).isEqualTo(1461);
            wire.sendHex("0500000019" + "01000000" + "0600000016" + "444f203120");
            assertThat(wire.read()[0]).isZero();
        }
    }
}
