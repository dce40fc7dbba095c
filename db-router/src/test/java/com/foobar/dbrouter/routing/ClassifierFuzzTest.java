package com.foobar.dbrouter.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Any bytes at all are classified, and what servers skip changes nothing. */
class ClassifierFuzzTest {

    @FuzzTest(maxDuration = "15s")
    void anyText(FuzzedDataProvider data) {
        LexicalMode mode = new LexicalMode(data.consumeBoolean(), data.consumeBoolean(), data.consumeBoolean());
        ByteBuf sql = Unpooled.wrappedBuffer(data.consumeRemainingAsBytes());
        int length = sql.readableBytes();

        Classification plain = StatementClassifier.classify(sql, mode);

        assertThat(sql.readableBytes()).isEqualTo(length);
        assertThat(plain.kind()).isNotNull();
        assertThat(StatementClassifier.classify(after(" \n\t", sql), mode).isRead())
                .isEqualTo(plain.isRead());
        assertThat(StatementClassifier.classify(after("/* nothing */", sql), mode)
                        .isRead())
                .isEqualTo(plain.isRead());
        assertThat(StatementClassifier.classify(after("DELETE FROM t; ", sql), mode)
                        .isRead())
                .isFalse();
    }

    private static ByteBuf after(String prefix, ByteBuf sql) {
        return Unpooled.wrappedBuffer(Unpooled.copiedBuffer(prefix, StandardCharsets.US_ASCII), sql.slice());
    }
}
