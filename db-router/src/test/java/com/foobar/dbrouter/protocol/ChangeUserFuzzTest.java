package com.foobar.dbrouter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Whatever a client sends as COM_CHANGE_USER is read, or refused with {@link MalformedPacketException} and nothing else. */
class ChangeUserFuzzTest {

    @FuzzTest(maxDuration = "15s")
    void changeUser(FuzzedDataProvider data) {
        int capabilities = data.consumeInt();
        ByteBuf payload = Unpooled.wrappedBuffer(data.consumeRemainingAsBytes());
        try {
            assertThat(ChangeUser.read(payload, capabilities).user()).isNotNull();
        } catch (MalformedPacketException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }
}
