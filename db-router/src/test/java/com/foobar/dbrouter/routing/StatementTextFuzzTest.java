package com.foobar.dbrouter.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Any bytes at all can be looked at for what is counted, killed or given another id, and stay as they are. */
class StatementTextFuzzTest {
    private static final int LONGEST_DIGEST = 1004;

    @FuzzTest(maxDuration = "15s")
    void anyText(FuzzedDataProvider data) {
        LexicalMode mode = new LexicalMode(data.consumeBoolean(), data.consumeBoolean(), data.consumeBoolean());
        ByteBuf sql = Unpooled.wrappedBuffer(data.consumeRemainingAsBytes());
        ByteBuf before = sql.copy();

        assertThat(StatementDigest.text(sql, mode).length()).isLessThanOrEqualTo(LONGEST_DIGEST);
        assertThat(StatementDigest.hash(sql, mode)).isEqualTo(StatementDigest.hash(before, mode));
        KillStatement kill = KillStatement.read(sql, mode);
        assertThat(kill == null || kill.id() >= KillStatement.ITSELF).isTrue();
        ByteBuf replaced = ConnectionIdText.replace(sql, mode, 7);
        if (replaced != null) {
            assertThat(StatementClassifier.classify(replaced, mode).statements())
                    .isEqualTo(StatementClassifier.classify(sql, mode).statements());
            replaced.release();
        }
        assertThat(sql).isEqualTo(before);
    }
}
