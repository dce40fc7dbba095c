package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ReplayBufferTest {
    private final ReplayBuffer buffer = new ReplayBuffer(new UnpooledByteBufAllocator(false), 1000);

    private void add(String text) {
        ByteBuf data = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        buffer.add(data);
        data.release();
    }

    private ByteBuf replay() {
        return Objects.requireNonNull(buffer.replay());
    }

    @Test
    void givesEverythingSoFar() {
        assertThat(buffer.replay()).isNull();
        add("abc");
        add("defghijklm");
        ByteBuf replayed = replay();
        assertThat(replayed.toString(StandardCharsets.US_ASCII)).isEqualTo("abcdefghijklm");
        replayed.release();
        buffer.drop();
        assertThat(replayed.refCnt()).isZero();
    }

    @Test
    void leavesWhatIsOnItsWayWhereItIs() {
        add("abc");
        ByteBuf sending = replay();
        byte[] memory = sending.array();
        add("d".repeat(500));
        assertThat(sending.array()).isSameAs(memory);
        assertThat(sending.toString(StandardCharsets.US_ASCII)).isEqualTo("abc");
        ByteBuf again = replay();
        assertThat(again.toString(StandardCharsets.US_ASCII)).isEqualTo("abc" + "d".repeat(500));
        again.release();
        sending.release();
        assertThat(sending.refCnt()).isZero();
        buffer.drop();
        assertThat(again.refCnt()).isZero();
    }

    @Test
    void keepsNothingOnceItWasDropped() {
        add("x".repeat(1001));
        assertThat(buffer.full()).isTrue();
        assertThat(buffer.replayable()).isTrue();
        buffer.drop();
        add("abc");
        assertThat(buffer.replayable()).isFalse();
        assertThat(buffer.replay()).isNull();
    }
}
