package com.foobar.dbrouter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;

/** Whatever a server greets with is read, or refused with {@link MalformedPacketException} and nothing else. */
class GreetingFuzzTest {

    @FuzzTest(maxDuration = "15s")
    void greeting(byte[] payload) {
        try {
            assertThat(HandshakeV10.read(Unpooled.wrappedBuffer(payload)).nonce())
                    .hasSize(HandshakeV10.NONCE_LENGTH);
        } catch (MalformedPacketException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }
}
