package com.foobar.dbrouter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Whatever a client's first packet is, it is a request for TLS, or left whole for {@link HandshakeResponse41}, or refused with
 * {@link MalformedPacketException} and nothing else. None that announces TLS is read as a login in clear.
 */
class SslRequestFuzzTest {
    private static final int LENGTH = 32;

    @FuzzTest(maxDuration = "15s")
    void firstPacket(byte[] payload) {
        ByteBuf packet = Unpooled.wrappedBuffer(payload);
        boolean announced = payload.length >= LENGTH && (payload[1] & 0x08) != 0;
        boolean tls;
        try {
            tls = SslRequest.is(packet);
        } catch (MalformedPacketException refused) {
            assertThat(announced && payload.length > LENGTH).isTrue();
            return;
        }
        assertThat(tls).isEqualTo(announced && payload.length == LENGTH);
        assertThat(packet.readerIndex()).isZero();
        if (!tls) {
            try {
                assertThat(HandshakeResponse41.read(packet).capabilities() & CapabilityFlags.SSL)
                        .isZero();
            } catch (MalformedPacketException refused) {
                assertThat(refused).hasMessageNotContaining("null");
            }
        }
    }
}
