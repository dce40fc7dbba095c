package com.foobar.dbrouter.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
    private static final byte[] NONCE = "abcdefghijklmnopqrst".getBytes(Packets.BYTES);

    @Test
    void readsTheGreetingItWrites() {
        HandshakeV10 greeting = new HandshakeV10(
                "11.4.5-MariaDB", 77, NONCE, CapabilityFlags.offered("11.4.5-MariaDB"), 45, 2, "caching_sha2_password");
        ByteBuf packet = greeting.write(ByteBufAllocator.DEFAULT);
        assertThat(packet.getUnsignedMediumLE(0)).isEqualTo(packet.readableBytes() - 4);
        HandshakeV10 read = HandshakeV10.read(packet.skipBytes(4));
        assertThat(read).usingRecursiveComparison().isEqualTo(greeting);
        packet.release();
    }

    @Test
    void takesNoFlagOfMySqlForOneOfMariaDb() {
        long all = 0xffff_ffffL;
        ByteBuf packet = new HandshakeV10("9.7.0", 1, NONCE, all, 45, 2, "p").write(ByteBufAllocator.DEFAULT);
        assertThat(HandshakeV10.read(packet.skipBytes(4)).capabilities()).isEqualTo(all);
        packet.release();
    }

    @Test
    void refusesAGreetingCutShort() {
        ByteBuf packet = new HandshakeV10("8.4.0", 1, NONCE, CapabilityFlags.OFFERED, 45, 2, "p")
                .write(ByteBufAllocator.DEFAULT)
                .skipBytes(4);
        int whole = packet.readableBytes();
        for (int length = 0; length < whole - 3; length++) {
            ByteBuf part = packet.slice(4, length);
            assertThatThrownBy(() -> HandshakeV10.read(part)).isInstanceOf(MalformedPacketException.class);
        }
        packet.release();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsTheResponseItWrites(boolean lengthEncoded) {
        int capabilities = CapabilityFlags.PROTOCOL_41
                | CapabilityFlags.CONNECT_WITH_DB
                | CapabilityFlags.PLUGIN_AUTH
                | CapabilityFlags.SECURE_CONNECTION
                | CapabilityFlags.CONNECT_ATTRS
                | (lengthEncoded ? CapabilityFlags.PLUGIN_AUTH_LENENC_CLIENT_DATA : 0);
        HandshakeResponse41 response = new HandshakeResponse41(
                capabilities, 1 << 24, 45, "us\u00e4r", new byte[32], "db", "plugin", Map.of("_os", "Linux", "x", ""));
        ByteBuf packet = response.write(ByteBufAllocator.DEFAULT, 1).skipBytes(4);
        assertThat(HandshakeResponse41.read(packet)).usingRecursiveComparison().isEqualTo(response);
        packet.release();
    }

    @Test
    void readsMariaDbsCapabilitiesOnlyOfThoseWhoSpeakOfThem() {
        long extended = CapabilityFlags.PROTOCOL_41 | CapabilityFlags.MARIADB_STMT_BULK_OPERATIONS;
        for (int mySql : new int[] {0, CapabilityFlags.LONG_PASSWORD}) {
            ByteBuf packet = new HandshakeResponse41(extended | mySql, 0, 45, "user", new byte[0], null, null, Map.of())
                    .write(ByteBufAllocator.DEFAULT, 1)
                    .skipBytes(4);
            assertThat(CapabilityFlags.has(
                            HandshakeResponse41.read(packet).capabilities(),
                            CapabilityFlags.MARIADB_STMT_BULK_OPERATIONS))
                    .isEqualTo(mySql == 0);
            packet.release();
        }
    }

    @Test
    void takesAnyCutResponseWithoutAnythingButARefusal() {
        HandshakeResponse41 response = new HandshakeResponse41(
                CapabilityFlags.OFFERED, 0, 45, "user", new byte[20], "db", "plugin", Map.of("k", "v"));
        ByteBuf packet = response.write(ByteBufAllocator.DEFAULT, 1).skipBytes(4);
        for (int length = 0; length < packet.readableBytes(); length++) {
            ByteBuf part = packet.slice(4, length);
            try {
                assertThat(HandshakeResponse41.read(part).user()).isNotNull();
            } catch (MalformedPacketException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
        packet.release();
    }

    @Test
    void refusesAResponseWhoseLengthsExceedIt() {
        ByteBuf payload = Unpooled.buffer()
                .writeIntLE(CapabilityFlags.PROTOCOL_41 | CapabilityFlags.PLUGIN_AUTH_LENENC_CLIENT_DATA)
                .writeZero(28)
                .writeByte('u')
                .writeByte(0)
                .writeByte(0xfe)
                .writeLongLE(Long.MAX_VALUE);
        assertThatThrownBy(() -> HandshakeResponse41.read(payload)).isInstanceOf(MalformedPacketException.class);
    }
}
