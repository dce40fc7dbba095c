package com.foobar.dbrouter.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.foobar.dbrouter.protocol.MalformedPacketException;
import com.foobar.dbrouter.protocol.PacketFramer;
import com.foobar.dbrouter.protocol.Packets;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Arrays;

/** Any execution tells its types, is told them by the router with everything else in place, or is refused. */
class ParameterTypesFuzzTest {

    @FuzzTest(maxDuration = "15s")
    void execution(FuzzedDataProvider data) {
        boolean bulk = data.consumeBoolean();
        int parameters = data.consumeInt(1, 300);
        byte[] payload = data.consumeRemainingAsBytes();
        try {
            ParameterTypes types = read(Unpooled.wrappedBuffer(payload), bulk, parameters);
            if (types.told() == null) {
                assertTells(types, payload, bulk, parameters);
            } else {
                assertThat(types.told()).hasSize(2 * parameters);
            }
        } catch (MalformedPacketException refused) {
            assertThat(refused).hasMessageContaining("for its parameters");
        }
    }

    private static ParameterTypes read(ByteBuf payload, boolean bulk, int parameters) {
        return bulk ? ParameterTypes.ofBulkExecute(payload, parameters) : ParameterTypes.ofExecute(payload, parameters);
    }

    private static void assertTells(ParameterTypes types, byte[] payload, boolean bulk, int parameters) {
        byte[] told = new byte[2 * parameters];
        Arrays.fill(told, (byte) 5);
        ByteBuf command = Unpooled.buffer().writeByte(0x17).writeBytes(payload);
        ByteBuf message = Packets.frame(UnpooledByteBufAllocator.DEFAULT, 0, command);
        ByteBuf with = types.tell(message, told, UnpooledByteBufAllocator.DEFAULT);
        ByteBuf result = PacketFramer.payload(with).skipBytes(1);
        assertThat(result.readableBytes()).isEqualTo(payload.length + told.length);
        assertThat(read(result, bulk, parameters).told()).isEqualTo(told);
        result.release();
        with.release();
        message.release();
    }
}
