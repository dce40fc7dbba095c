package com.foobar.dbrouter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class SequenceShiftTest {
    private static final String ANSWER = "01000002" + "aa" + "00000003" + "03000004" + "ffffff" + "02000005" + "0102";
    private static final String SHIFTED = "01000001" + "aa" + "00000002" + "03000003" + "ffffff" + "02000004" + "0102";

    @Test
    void changesTheIdsWhereverTheAnswerIsCut() {
        byte[] bytes = ByteBufUtil.decodeHexDump(ANSWER);
        for (int size = 1; size <= bytes.length; size++) {
            SequenceShift shift = new SequenceShift(1);
            ByteBuf whole = Unpooled.copiedBuffer(bytes);
            for (int at = 0; at < bytes.length; at += size) {
                shift.apply(whole.slice(at, Math.min(size, bytes.length - at)));
            }
            assertThat(ByteBufUtil.hexDump(whole)).isEqualTo(SHIFTED);
        }
    }

    @Test
    void countsRound() {
        ByteBuf packet = Unpooled.copiedBuffer(ByteBufUtil.decodeHexDump("0100000042"));
        new SequenceShift(2).apply(packet);
        assertThat(ByteBufUtil.hexDump(packet)).isEqualTo("010000fe42");
    }
}
