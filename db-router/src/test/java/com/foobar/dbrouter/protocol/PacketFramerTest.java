package com.foobar.dbrouter.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketFramerTest {
    private final PacketFramer framer = new PacketFramer(ByteBufAllocator.DEFAULT, 64 << 20);

    @AfterEach
    void close() {
        framer.close();
    }

    @Test
    void givesEachMessageOfOneRead() {
        framer.add(bytes("010000000e" + "020000006162" + "0000"));
        assertThat(next()).isEqualTo("010000000e");
        assertThat(next()).isEqualTo("020000006162");
        assertThat(framer.next()).isNull();
        assertThat(framer.buffered()).isEqualTo(2);
    }

    @Test
    void putsMessagesTogetherFromSingleBytes() {
        for (byte b : ByteBufUtil.decodeHexDump("030000006162630100000178")) {
            framer.add(Unpooled.wrappedBuffer(new byte[] {b}));
        }
        assertThat(next()).isEqualTo("03000000616263");
        assertThat(next()).isEqualTo("0100000178");
        assertThat(framer.next()).isNull();
    }

    /** Each read has a buffer of its own. */
    @Test
    void keepsFewBuffersOfALongMessageThatComesInSingleBytes() {
        UnpooledByteBufAllocator reads = new UnpooledByteBufAllocator(false);
        PacketFramer slow = new PacketFramer(reads, 64 << 20);
        int length = 100_000;
        slow.add(reads.buffer(2048).writeMediumLE(length).writeByte(0));
        for (int i = 0; i < length; i++) {
            assertThat(slow.next()).isNull();
            slow.add(reads.buffer(2048).writeByte(i));
        }
        assertThat(reads.metric().usedHeapMemory()).isLessThan(4L * length);
        ByteBuf message = slow.next();
        assertThat(message).isNotNull();
        for (int i = 0; i < length; i++) {
            assertThat(message.getByte(Packets.HEADER + i)).isEqualTo((byte) i);
        }
        message.release();
        assertThat(reads.metric().usedHeapMemory()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 0xff_fffe, 0xff_ffff, 0x100_0000, 0x1ff_fffe, 0x1ff_ffff})
    void framesAndUnframesAnyLength(int length) {
        ByteBuf payload = Unpooled.buffer(length).writeZero(length);
        if (length > 0) {
            payload.setByte(length - 1, 7);
        }
        ByteBuf framed = Packets.frame(ByteBufAllocator.DEFAULT, 3, payload);
        assertThat(framed.readableBytes()).isEqualTo(length + 4 * (length / 0xff_ffff + 1));
        assertThat(PacketFramer.answerSequence(framed)).isEqualTo(3 + length / 0xff_ffff + 1);
        while (framed.isReadable()) {
            framer.add(framed.readRetainedSlice(Math.min(framed.readableBytes(), 5_000_000)));
        }
        framed.release();
        ByteBuf message = framer.next();
        assertThat(message).isNotNull();
        ByteBuf whole = PacketFramer.payload(message);
        assertThat(whole.readableBytes()).isEqualTo(length);
        if (length > 0) {
            assertThat(whole.getByte(whole.writerIndex() - 1)).isEqualTo((byte) 7);
        }
        whole.release();
        message.release();
    }

    @Test
    void refusesALongMessageByItsHeaderAlone() {
        framer.limit(1000);
        framer.add(bytes("e8030000"));
        assertThat(framer.next()).isNull();
        framer.close();
        framer.add(bytes("e9030000"));
        assertThatThrownBy(framer::next)
                .isInstanceOf(MalformedPacketException.class)
                .hasMessageContaining("at least 1001 bytes (expected: at most 1000)");
    }

    @Test
    void refusesPacketsOfOneMessageOutOfOrder() {
        ByteBuf first = Unpooled.buffer()
                .writeBytes(ByteBufUtil.decodeHexDump("ffffff00"))
                .writeZero(0xff_ffff);
        framer.add(first);
        framer.add(bytes("00000005"));
        assertThatThrownBy(framer::next)
                .isInstanceOf(MalformedPacketException.class)
                .hasMessageContaining("packet 5 of a message is out of order (expected: 1)");
    }

    private String next() {
        ByteBuf message = framer.next();
        assertThat(message).isNotNull();
        String hex = ByteBufUtil.hexDump(message);
        message.release();
        return hex;
    }

    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
    }
}
