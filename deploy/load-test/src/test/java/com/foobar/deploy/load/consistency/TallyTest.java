package com.foobar.deploy.load.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TallyTest {
    private final Tally tally = new Tally();

    @Test
    void isExactWhileNobodyWrites() {
        tally.beginAdd();
        tally.acknowledgeAdd();
        tally.beginAdd();
        tally.acknowledgeAdd();
        tally.beginRemoval();
        tally.acknowledgeRemoval();

        Tally.Bounds bounds = tally.known().bounds();

        assertThat(bounds).isEqualTo(new Tally.Bounds(1, 1)).hasToString("1");
        assertThat(bounds.contain(0)).isFalse();
        assertThat(bounds.contain(1)).isTrue();
        assertThat(bounds.contain(2)).isFalse();
    }

    @Test
    void leavesOpenWhetherAWriteUnderWayWasSeen() {
        tally.beginAdd();
        Tally.Known known = tally.known();

        assertThat(known.bounds()).isEqualTo(new Tally.Bounds(0, 1)).hasToString("0 to 1");

        tally.acknowledgeAdd();
        assertThat(known.bounds())
                .as("the question may be older than the write")
                .isEqualTo(new Tally.Bounds(0, 1));
        assertThat(tally.known().bounds()).isEqualTo(new Tally.Bounds(1, 1));
    }

    @Test
    void leavesOpenWhetherARemovalUnderWayWasSeen() {
        tally.beginAdd();
        tally.acknowledgeAdd();
        Tally.Known known = tally.known();
        tally.beginRemoval();

        assertThat(known.bounds()).isEqualTo(new Tally.Bounds(0, 1));

        tally.acknowledgeRemoval();
        assertThat(known.bounds()).isEqualTo(new Tally.Bounds(0, 1));
        assertThat(tally.known().bounds()).isEqualTo(new Tally.Bounds(0, 0));
    }

    @Test
    void countsAWriteWithoutAnAnswerAsPossibleForGood() {
        tally.beginAdd();
        tally.beginAdd();
        tally.acknowledgeAdd();

        assertThat(tally.known().bounds()).isEqualTo(new Tally.Bounds(1, 2));
    }
}
