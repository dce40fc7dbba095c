package com.foobar.dbrouter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
}
