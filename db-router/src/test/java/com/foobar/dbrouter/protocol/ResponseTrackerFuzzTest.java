package com.foobar.dbrouter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** However an answer arrives, its end is found at the same byte, with the same status. */
class ResponseTrackerFuzzTest {

    @FuzzTest(maxDuration = "15s")
    void answer(FuzzedDataProvider data) {
        Expect expect = data.pickValue(Expect.values());
        int cut = data.consumeInt(1, 64);
        byte[] bytes = data.consumeRemainingAsBytes();
        assertThat(followed(expect, bytes, cut)).isEqualTo(followed(expect, bytes, Integer.MAX_VALUE));
    }

    private record Followed(
            int consumed,
            boolean done,
            int status,
            int warnings,
            long rows,
            @Nullable String schema,
            boolean refused) {}

    private static Followed followed(Expect expect, byte[] bytes, int cut) {
        ResponseTracker tracker = new ResponseTracker();
        tracker.expect(expect);
        int at = 0;
        try {
            while (at < bytes.length && !tracker.done() && !tracker.awaitsFile()) {
                ByteBuf piece = Unpooled.wrappedBuffer(bytes, at, Math.min(cut, bytes.length - at));
                tracker.advance(piece);
                at += piece.readerIndex();
            }
            return new Followed(
                    at,
                    tracker.done(),
                    tracker.status(),
                    tracker.warnings(),
                    tracker.rows(),
                    tracker.done() ? tracker.schema() : null,
                    false);
        } catch (MalformedPacketException refused) {
            return new Followed(0, false, 0, 0, 0, null, true);
        } finally {
            tracker.releaseInspected();
        }
    }
}
