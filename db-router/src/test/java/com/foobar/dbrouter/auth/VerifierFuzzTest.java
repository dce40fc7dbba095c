package com.foobar.dbrouter.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** Whatever stands in the settings for a verifier is one, or refused by a message that shows nothing of it. */
class VerifierFuzzTest {
    private static final int LONGER_THAN_ANY_WORD = 25;

    @FuzzTest(maxDuration = "15s")
    void text(FuzzedDataProvider data) {
        String text = data.consumeRemainingAsString();
        try {
            assertThat(Verifier.parse(text).plugin()).isIn(NativePassword.PLUGIN, CachingSha2Password.PLUGIN);
        } catch (IllegalArgumentException refused) {
            if (text.length() > LONGER_THAN_ANY_WORD) {
                assertThat(refused.getMessage()).doesNotContain(text);
            }
        }
    }
}
