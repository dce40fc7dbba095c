package com.foobar.dbrouter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Arrays;

/**
 * However an answer is cut, an old client gets whole packets with ids that count up, the same except for the status behind the
 * columns, and nothing is held back at the end or leaks.
 */
class ClassicAnswerFuzzTest {

    @FuzzTest(maxDuration = "15s")
    void answer(FuzzedDataProvider data) {
        Expect expect = data.pickValue(Expect.values());
        long capabilities = CapabilityFlags.PROTOCOL_41
                | (data.consumeBoolean() ? CapabilityFlags.DEPRECATE_EOF : CapabilityFlags.SESSION_TRACK);
        int cut = data.consumeInt(1, 64);
        byte[] bytes = numbered(data.consumeRemainingAsBytes());
        int end = end(expect, bytes);
        if (end > 0) {
            byte[] answer = Arrays.copyOf(bytes, end);
            ByteBuf whole = converted(expect, capabilities, answer, Integer.MAX_VALUE);
            assertCountsUp(whole);
            assertThat(shape(converted(expect, capabilities, answer, cut))).isEqualTo(shape(whole));
        }
    }

    /** As a server would count them. */
    private static byte[] numbered(byte[] bytes) {
        ByteBuf packets = Unpooled.wrappedBuffer(bytes);
        int sequence = 1;
        for (int at = 0; at + 4 <= bytes.length; at += 4 + packets.getUnsignedMediumLE(at)) {
            bytes[at + 3] = (byte) sequence++;
        }
        return bytes;
    }

    /** Where the answer ends; 0 where it is none. */
    private static int end(Expect expect, byte[] bytes) {
        ResponseTracker tracker = new ResponseTracker();
        tracker.expect(expect);
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        try {
            tracker.advance(in);
            return tracker.done() ? in.readerIndex() : 0;
        } catch (MalformedPacketException refused) {
            return 0;
        } finally {
            tracker.releaseInspected();
        }
    }

    private static ByteBuf converted(Expect expect, long capabilities, byte[] answer, int cut) {
        ClassicAnswer classic = ClassicAnswer.forClient(UnpooledByteBufAllocator.DEFAULT, capabilities);
        assertThat(classic).isNotNull();
        classic.begin(expect, StatusFlags.AUTOCOMMIT);
        ByteBuf out = Unpooled.buffer();
        for (int at = 0; at < answer.length; at += Math.min(cut, answer.length - at)) {
            ByteBuf piece = Unpooled.copiedBuffer(answer, at, Math.min(cut, answer.length - at));
            ByteBuf ready = classic.convert(piece);
            out.writeBytes(ready);
            ready.release();
            if (!ready.equals(Unpooled.EMPTY_BUFFER)) {
                assertThat(ready.refCnt()).isZero();
            }
        }
        return out;
    }

    private static void assertCountsUp(ByteBuf packets) {
        int sequence = 1;
        int at = 0;
        while (at < packets.writerIndex()) {
            assertThat((int) packets.getUnsignedByte(at + 3)).isEqualTo(sequence++ & 0xff);
            at += 4 + packets.getUnsignedMediumLE(at);
        }
        assertThat(at).isEqualTo(packets.writerIndex());
    }

    /** Without the status of EOF packets. */
    private static String shape(ByteBuf packets) {
        ByteBuf copy = packets.copy();
        for (int at = 0; at < copy.writerIndex(); at += 4 + copy.getUnsignedMediumLE(at)) {
            if (copy.getUnsignedMediumLE(at) == 5 && copy.getUnsignedByte(at + 4) == 0xfe) {
                copy.setShortLE(at + 7, 0);
            }
        }
        return ByteBufUtil.hexDump(copy);
    }
}
