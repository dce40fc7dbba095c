package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.testing.DatabaseServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Executions of more than one packet, also where the router makes them so. */
@OnBothDatabases
class LongExecutionIT {
    private static final int FULL_PACKET = 0xff_ffff;

    private static RouterFixture router;

    @BeforeAll
    static void start() {
        for (DatabaseServer server : TestedCluster.get().servers()) {
            server.execute("SET GLOBAL max_allowed_packet = 64 * 1024 * 1024");
        }
        router = RouterFixture.start(TestedCluster.get().servers(), "monitor: {timeout: 20s}")
                .ready();
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {FULL_PACKET - 3, FULL_PACKET - 2, FULL_PACKET - 1, FULL_PACKET, 2 * FULL_PACKET - 1})
    void countsTheAnswersPacketsFromWhatTheClientSent(int payload) throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            assertThat(wire.login()[0]).isZero();
            prepare(wire);
            wire.send(execution(64, true));
            assertLength(wire, 64);
            // The server has the text under a new id from here on, which has been told no types.
            prepare(wire);
            wire.send(execution(payload, false));
            assertLength(wire, payload);
            assertThat(wire.value("SELECT 'next'")).isEqualTo("next");
        }
    }

    @Test
    void numbersItsOwnAnswersInTheSameWay() throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            assertThat(wire.login()[0]).isZero();
            wire.send(execution(FULL_PACKET + 1, false));
            assertThat(wire.readError()).as("nothing is prepared").isEqualTo(1243);
            assertThat(wire.readSequence()).isEqualTo(2);
            assertThat(wire.value("SELECT 'next'")).isEqualTo("next");
        }
    }

    private static void prepare(MySqlWire wire) throws IOException {
        wire.sendHex("11000000" + "16" + ByteBufUtil.hexDump("SELECT LENGTH(?)".getBytes(StandardCharsets.US_ASCII)));
        assertThat(wire.read()[0]).isZero();
        wire.read();
        wire.read();
    }

    /** COM_STMT_EXECUTE of statement 1 in that many bytes of payload, nearly all of which are the parameter. */
    private static byte[] execution(int payload, boolean tellsTypes) {
        ByteBuf start =
                Unpooled.buffer().writeByte(0x17).writeIntLE(1).writeByte(0).writeIntLE(1);
        start.writeByte(0).writeByte(tellsTypes ? 1 : 0);
        if (tellsTypes) {
            start.writeByte(0xfc).writeByte(0);
        }
        int length = value(payload, tellsTypes);
        if (payload < 251) {
            start.writeByte(length);
        } else {
            start.writeByte(0xfe).writeLongLE(length);
        }
        start.writeBytes(new byte[length]);
        ByteBuf packets = Unpooled.buffer(payload + 16);
        int sequence = 0;
        int size;
        do {
            size = Math.min(start.readableBytes(), FULL_PACKET);
            packets.writeMediumLE(size).writeByte(sequence++).writeBytes(start, size);
        } while (size == FULL_PACKET);
        return ByteBufUtil.getBytes(packets);
    }

    private static int value(int payload, boolean tellsTypes) {
        return payload - 12 - (tellsTypes ? 2 : 0) - (payload < 251 ? 1 : 9);
    }

    private static void assertLength(MySqlWire wire, int payload) throws IOException {
        int first = payload / FULL_PACKET + 1;
        assertThat(wire.read()).as("one column").containsExactly(1);
        assertThat(wire.readSequence()).isEqualTo(first);
        wire.read();
        byte[] row = wire.read();
        assertThat(wire.readSequence()).isEqualTo(first + 2);
        assertThat(Unpooled.wrappedBuffer(row).getIntLE(2)).isEqualTo(value(payload, payload == 64));
        wire.read();
        assertThat(wire.readSequence()).isEqualTo(first + 3);
    }
}
