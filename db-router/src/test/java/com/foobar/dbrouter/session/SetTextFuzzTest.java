package com.foobar.dbrouter.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.foobar.dbrouter.pool.SessionState;
import com.foobar.dbrouter.protocol.Packets;
import com.foobar.dbrouter.protocol.StatusFlags;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.ClassificationCache;
import io.netty.buffer.Unpooled;

/** Whatever a SET says, it is understood or distrusted. */
class SetTextFuzzTest {
    @FuzzTest(maxDuration = "15s")
    void anySet(FuzzedDataProvider data) {
        StatementText text = new StatementText(new ClassificationCache(16), () -> 45);
        byte[] set = ("SET " + data.consumeRemainingAsAsciiString()).getBytes(Packets.BYTES);
        Classification classification = text.classify(Unpooled.wrappedBuffer(set), StatusFlags.AUTOCOMMIT);
        text.wasSet(classification, set.length > SessionState.LONGEST_SETTING ? null : new String(set, Packets.BYTES));
        assertThat(text.mode()).isNotNull();
    }
}
