package com.foobar.dbrouter.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReplicaFollowerTest {
    private static final String SOURCE = "3e11fa47-71ca-11e1-9e33-c80aa9429562:";

    @Test
    void remembersOnlySoManyPieces() {
        Position known = null;
        for (int write = 1; write < 1000; write += 2) {
            Position reached = Position.parse(SOURCE + write);
            known = ReplicaFollower.together(known, reached);
            assertThat(known.covers(reached)).isTrue();
            assertThat(known.pieces()).isLessThanOrEqualTo(ReplicaFollower.MOST_PIECES + 1);
        }
    }

    @Test
    void remembersAllOfAFew() {
        Position first = Position.parse(SOURCE + "1-5");
        Position both = ReplicaFollower.together(first, Position.parse(SOURCE + "7:9"));
        assertThat(both.text()).isEqualTo(SOURCE + "1-5:7:9");
    }
}
