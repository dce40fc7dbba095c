package com.foobar.dbrouter.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.dbrouter.routing.LexicalMode;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Which kinds of reads others may wait behind. */
class DigestStatsTest {
    private static final long FAST = 100_000;

    private final DigestStats stats = new DigestStats(1, "SELECT ?");

    private void runs(int times, long nanos, boolean plain, long rows) {
        for (int i = 0; i < times; i++) {
            stats.worked(nanos, plain, rows);
        }
    }

    @Test
    void isShortOnceItHasProvedToBe() {
        runs(15, FAST, true, 1);
        assertThat(stats.isShort()).isFalse();
        runs(1, FAST, true, 1);
        assertThat(stats.isShort()).isTrue();
    }

    @Test
    void hasToProveItAnewAfterAnythingElse() {
        for (Runnable harm : new Runnable[] {
            () -> runs(1, 60_000_000, true, 1), () -> runs(1, FAST, false, 1), () -> runs(1, FAST, true, 1001)
        }) {
            runs(300, FAST, true, 1);
            assertThat(stats.isShort()).isTrue();
            harm.run();
            runs(256, FAST, true, 1);
            assertThat(stats.isShort()).isFalse();
        }
    }

    @Test
    void isNotShortAnyMoreWhereOneKeepsOthersWaiting() {
        runs(300, FAST, true, 1);
        stats.isMistrusted();
        runs(271, FAST, true, 1);
        assertThat(stats.isShort()).isFalse();
        runs(1, FAST, true, 1);
        assertThat(stats.isShort()).isTrue();
    }

    /** Answers that are read together with the one before seem to have taken no time. */
    @Test
    void isNotFastWhereNobodyHasTakenItsTime() {
        runs(16, 600_000, true, 1);
        for (int i = 0; i < 1000; i++) {
            stats.answered(true, 1);
        }
        assertThat(stats.isShort()).isFalse();
        runs(1, FAST, true, 1);
        assertThat(stats.isShort()).isTrue();
    }

    @Test
    void isNotShortWhereNoneHasBeenFast() {
        runs(1000, 600_000, true, 1);
        assertThat(stats.isShort()).isFalse();
    }

    @Test
    void isNeverShortWhereItsOutcomeIsAsked() {
        runs(16, FAST, true, 1);
        stats.outcomeIsAsked();
        runs(1000, FAST, true, 1);
        assertThat(stats.isShort()).isFalse();
    }

    /** They are counted as one, and are not one. */
    @Test
    void theRestIsNeverShort() {
        StatementDigests digests = new StatementDigests();
        LexicalMode mode = LexicalMode.DEFAULT;
        DigestStats last = stats;
        for (int i = 0; i <= StatementDigests.MOST; i++) {
            last = digests.of(Unpooled.copiedBuffer("SELECT a" + i, StandardCharsets.US_ASCII), mode);
        }
        for (int i = 0; i < 100; i++) {
            last.worked(FAST, true, 1);
        }
        assertThat(last.text()).isEqualTo("(others)");
        assertThat(last.isShort()).isFalse();
    }
}
