package com.foobar.dbrouter.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.jspecify.annotations.Nullable;

/** Any text is a position or {@link IllegalArgumentException}; positions are sets, whatever they look like. */
class PositionFuzzTest {

    @FuzzTest(maxDuration = "15s")
    void anyText(FuzzedDataProvider data) {
        Flavour flavour = data.pickValue(Flavour.values());
        Position one = read(flavour, data.consumeAsciiString(200));
        Position other = read(flavour, data.consumeRemainingAsAsciiString());
        if (one == null || other == null) {
            return;
        }
        assertThat(one.covers(one)).isTrue();
        assertThat(flavour.parse(one.text())).isEqualTo(one);
        Position both = one.merge(other);
        assertThat(both.covers(one)).isTrue();
        assertThat(both.covers(other)).isTrue();
        assertThat(other.merge(one).covers(both)).isTrue();
        assertThat(both.covers(other.merge(one))).isTrue();
    }

    private static @Nullable Position read(Flavour flavour, String text) {
        try {
            return flavour.parse(text);
        } catch (IllegalArgumentException refused) {
            return null;
        }
    }
}
