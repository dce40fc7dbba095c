package com.foobar.http.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RiseFallCounterTest {
    /** Checks: + passed, - failed, ! a live request failed (sudden death), x marked down; then up (U) or down (D) after each. */
    @ParameterizedTest
    @CsvSource({
        // until it has been up once, one passed check is enough
        "2, 3, +, U",
        "2, 3, -, D",
        "5, 3, +, U",
        "2, 3, -+, DU",
        "5, 3, ----+, DDDDU",
        // fall is consecutive
        "2, 3, +---, UUUD",
        "2, 3, +--+--+--, UUUUUUUUU",
        "1, 1, +-+-, UDUD",
        // rise is consecutive
        "2, 3, +---+-+-++, UUUDDDDDDU",
        "3, 1, +-+++, UDDDU",
        // a live request failed: one failed check from down, and one passed check from well
        "2, 3, +!-, UUD",
        "2, 3, +!+--, UUUUU",
        "2, 3, +!!!, UUUU",
        "2, 1, +!, UU",
        "2, 3, +---!+, UUUDDD",
        // marked down
        "2, 3, +x++, UDDU",
        "2, 3, +xx, UDD",
    })
    void followsRiseAndFall(int rise, int fall, String checks, String expected) {
        RiseFallCounter counter = new RiseFallCounter(rise, fall);
        StringBuilder states = new StringBuilder();
        for (int i = 0; i < checks.length(); i++) {
            switch (checks.charAt(i)) {
                case '+' -> counter.record(true);
                case '-' -> counter.record(false);
                case '!' -> counter.suspect();
                default -> counter.markDown();
            }
            states.append(counter.isUp() ? 'U' : 'D');
        }

        assertThat(states).hasToString(expected);
    }

    @Test
    void isTransitionalWhileChecksSpeakAgainstTheState() {
        RiseFallCounter counter = new RiseFallCounter(2, 3);
        counter.record(true);
        assertThat(counter.isTransitional()).isFalse();

        counter.record(false);
        assertThat(counter.isTransitional()).isTrue();

        counter.record(true);
        assertThat(counter.isTransitional()).isFalse();
    }
}
