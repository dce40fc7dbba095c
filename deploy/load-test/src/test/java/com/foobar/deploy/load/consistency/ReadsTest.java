package com.foobar.deploy.load.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadsTest {
    private final Reads reads = new Reads();

    @Test
    void saysHowManyWereRight() {
        reads.right();
        reads.right();

        assertThat(reads).hasToString("2 reads compared with what had been written: all right");
    }

    @Test
    void countsEveryWrongOneAndKeepsTheFirstTen() {
        reads.right();
        for (int i = 0; i < 12; i++) {
            assertThat(reads.wrong("count is " + i)).hasMessage("wrong read: count is " + i);
        }

        assertThat(reads).hasToString("13 reads compared with what had been written: 12 wrong");
        assertThat(reads.examples()).hasSize(10).startsWith("count is 0").endsWith("count is 9");
    }
}
