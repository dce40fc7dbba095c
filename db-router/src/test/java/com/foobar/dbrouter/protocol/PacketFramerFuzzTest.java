package com.foobar.dbrouter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/** However bytes arrive, the same messages come out of them, and none is held after the end. */
class PacketFramerFuzzTest {

    @FuzzTest(maxDuration = "15s")
    void framer(FuzzedDataProvider data) {
        int cut = data.consumeInt(1, 64);
        byte[] bytes = data.consumeRemainingAsBytes();
        assertThat(messages(bytes, cut)).isEqualTo(messages(bytes, Integer.MAX_VALUE));
    }

    private static List<String> messages(byte[] bytes, int cut) {
        List<String> messages = new ArrayList<>();
        PacketFramer framer = new PacketFramer(UnpooledByteBufAllocator.DEFAULT, 1 << 20);
        List<ByteBuf> pieces = new ArrayList<>();
        try {
            for (int at = 0; at < bytes.length; at += Math.min(cut, bytes.length - at)) {
                ByteBuf piece = Unpooled.copiedBuffer(bytes, at, Math.min(cut, bytes.length - at));
                pieces.add(piece);
                framer.add(piece);
                for (ByteBuf message = framer.next(); message != null; message = framer.next()) {
                    ByteBuf payload = PacketFramer.payload(message);
                    messages.add(ByteBufUtil.hexDump(payload));
                    payload.release();
                    message.release();
                }
            }
        } catch (MalformedPacketException refused) {
            messages.add("refused");
        } finally {
            framer.close();
        }
        assertThat(pieces).allSatisfy(piece -> assertThat(piece.refCnt()).isZero());
        return messages;
    }
}
