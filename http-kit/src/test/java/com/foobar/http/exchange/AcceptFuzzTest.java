package com.foobar.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.foobar.kit.http.Problem;
import java.util.Locale;

/** Whatever a client accepts, it gets a page for an error only if it names HTML. */
class AcceptFuzzTest {
    @FuzzTest(maxDuration = "15s")
    void choosesHtml(FuzzedDataProvider data) {
        String accept = data.consumeRemainingAsString();
        if (Problem.prefersHtml(accept)) {
            assertThat(accept.toLowerCase(Locale.ROOT)).contains("text/html");
        }
    }
}
