package com.foobar.dbrouter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;

/** Whatever a client sends as its login is read, or refused with {@link MalformedPacketException} and nothing else. */
class HandshakeResponseFuzzTest {

    @FuzzTest(maxDuration = "15s")
    void handshakeResponse(byte[] payload) {
        HandshakeResponse41 read;
        try {
            read = HandshakeResponse41.read(Unpooled.wrappedBuffer(payload));
        } catch (MalformedPacketException refused) {
            return;
        }
        assertThat(read.user()).hasSizeLessThan(payload.length);
        assertThat(read.authResponse()).hasSizeLessThan(payload.length);
        assertThat(read.attributes()).hasSizeLessThanOrEqualTo(HandshakeResponse41.MAX_ATTRIBUTES);
    }
}
