package com.foobar.dbrouter.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LengthEncodedTest {
    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "1, 01",
        "250, fa",
        "251, fcfb00",
        "252, fcfc00",
        "255, fcff00",
        "256, fc0001",
        "65535, fcffff",
        "65536, fd000001",
        "16777214, fdfeffff",
        "16777215, fdffffff",
        "16777216, fe0000000100000000",
        "4294967295, feffffffff00000000",
        "9223372036854775807, feffffffffffffff7f",
        "-1, feffffffffffffffff",
    })
    void writesAndReadsEachFormAtItsBoundaries(long value, String hex) {
        ByteBuf out = Unpooled.buffer();
        out.writeByte(0x55);
        LengthEncoded.writeInteger(out, value);
        assertThat(ByteBufUtil.hexDump(out.skipBytes(1))).isEqualTo(hex);
        assertThat(LengthEncoded.readInteger(out)).isEqualTo(value);
        assertThat(out.isReadable()).isFalse();

        byte[] bytes = ByteBufUtil.decodeHexDump(hex);
        ByteBuf oneShort = Unpooled.wrappedBuffer(bytes, 0, bytes.length - 1);
        assertThatThrownBy(() -> LengthEncoded.readInteger(oneShort)).isInstanceOf(MalformedPacketException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fb", "ff"})
    void refusesWhatIsNoInteger(String hex) {
        ByteBuf in = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
        assertThatThrownBy(() -> LengthEncoded.readInteger(in)).isInstanceOf(MalformedPacketException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"05616263", "feffffffffffffff7f61", "feffffffffffffffff61", "fdffffff6162"})
    void refusesAStringLongerThanThePacket(String hex) {
        ByteBuf in = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
        assertThatThrownBy(() -> LengthEncoded.readBytes(in))
                .isInstanceOf(MalformedPacketException.class)
                .hasMessageContaining("bytes is announced");
    }

    @Test
    void readsAStringAsAView() {
        ByteBuf in = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump("0361626378"));
        assertThat(LengthEncoded.readBytes(in).toString(Packets.BYTES)).isEqualTo("abc");
        assertThat(in.readableBytes()).isEqualTo(1);
    }
}
