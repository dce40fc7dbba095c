package com.foobar.lb.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;

/** Whatever a path looks like, routes are chosen by one without a way up, without an empty segment, and with a slash before it. */
class NormalPathFuzzTest {
    @FuzzTest(maxDuration = "15s")
    void normalises(FuzzedDataProvider data) {
        String normal = NormalPath.normalise("/" + data.consumeRemainingAsAsciiString());
        assertThat(normal).startsWith("/");
        String inner = normal.substring(1, Math.max(1, normal.length() - (normal.endsWith("/") ? 1 : 0)));
        if (!inner.isEmpty()) {
            assertThat(List.of(inner.split("/", -1))).doesNotContain("", ".", "..");
        }
    }
}
