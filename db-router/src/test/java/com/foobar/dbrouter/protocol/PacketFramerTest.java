package com.foobar.dbrouter.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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

    /** As of a client that sends further commands while one runs, and never stops. */
    @Test
    void keepsNothingOfTheMessagesBefore() {
        List<ByteBuf> reads = new ArrayList<>();
        Deque<ByteBuf> running = new ArrayDeque<>();
        // The end of one message, and the beginning of the next one.
        framer.add(bytes("0200000061"));
        for (int i = 0; i < 10_000; i++) {
            reads.add(bytes("620200000061"));
            framer.add(reads.get(i));
            running.add(framer.next());
            assertThat(framer.next()).isNull();
            if (running.size() > 1) {
                ByteBuf done = running.remove();
                assertThat(ByteBufUtil.hexDump(done)).isEqualTo("020000006162");
                done.release();
            }
        }
        assertThat(reads.subList(0, 9_990)).allMatch(read -> read.refCnt() == 0);
        running.remove().release();
        framer.close();
        assertThat(reads).allMatch(read -> read.refCnt() == 0);
    }

    /** Behind a long one that was in the same reads. */
    @Test
    void keepsNothingElseOfAMessageThatIsKept() {
        UnpooledByteBufAllocator reads = new UnpooledByteBufAllocator(false);
        PacketFramer framing = new PacketFramer(reads, 64 << 20);
        int length = 10_000_000;
        framing.add(reads.buffer().writeMediumLE(length).writeByte(0));
        for (int i = 0; i < length; i += 1_000_000) {
            framing.add(reads.buffer(1_000_000).writeZero(1_000_000));
        }
        framing.add(reads.buffer().writeBytes(ByteBufUtil.decodeHexDump("0200000061")));
        framing.add(reads.buffer().writeByte('b'));
        ByteBuf longOne = framing.next();
        ByteBuf kept = framing.next();
        assertThat(longOne).isNotNull();
        assertThat(kept).isNotNull();
        longOne.release();
        assertThat(ByteBufUtil.hexDump(kept)).isEqualTo("020000006162");
        assertThat(reads.metric().usedHeapMemory()).isLessThan(10_000);
        kept.release();
        assertThat(reads.metric().usedHeapMemory()).isZero();
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
