package com.foobar.dbrouter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Whatever a server ends an answer with is read, or refused with {@link MalformedPacketException} and nothing else. */
class OkAndErrFuzzTest {

    @FuzzTest(maxDuration = "15s")
    void okAndErr(byte[] payload) {
        try {
            ByteBuf packet = Unpooled.wrappedBuffer(payload);
            OkFields ok = new OkFields();
            ok.readOk(packet);
            assertThat(SessionChange.read(packet, ok.status())).hasSizeLessThan(payload.length);
        } catch (MalformedPacketException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
        try {
            assertThat(ErrPacket.read(Unpooled.wrappedBuffer(payload)).sqlState())
                    .hasSize(5);
        } catch (MalformedPacketException refused) {
            assertThat(payload).hasSizeLessThan(3);
        }
    }
}
