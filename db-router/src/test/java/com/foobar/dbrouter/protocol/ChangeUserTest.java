package com.foobar.dbrouter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeUserTest {
    @ParameterizedTest
    @ValueSource(ints = {8, 255, 256, 1025, 65_535})
    void readsACollationOfTwoBytes(int collation) {
        ByteBuf payload = Unpooled.buffer()
                .writeByte('u')
                .writeByte(0)
                .writeByte(0)
                .writeByte(0)
                .writeShortLE(collation);
        assertThat(ChangeUser.read(payload, 0).collation()).isEqualTo(collation);
    }

    @Test
    void readsConnectionAttributes() {
        ByteBuf payload = Unpooled.buffer()
                .writeByte('u')
                .writeByte(0)
                .writeByte(0)
                .writeByte(0)
                .writeShortLE(45)
                .writeByte('p')
                .writeByte(0)
                .writeBytes(new byte[] {4, 1, 'a', 1, 'b'});
        ChangeUser read = ChangeUser.read(payload, CapabilityFlags.PLUGIN_AUTH | CapabilityFlags.CONNECT_ATTRS);
        assertThat(read.authPlugin()).isEqualTo("p");
        assertThat(read.attributes()).containsExactly(Map.entry("a", "b"));
    }
}
