package com.foobar.http.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.foobar.kit.observability.TraceContext;

/** Whatever a client calls a trace, what is passed on is one. */
class TraceContextFuzzTest {
    @FuzzTest(maxDuration = "15s")
    void parses(FuzzedDataProvider data) {
        TraceContext trace = TraceContext.parse(data.consumeRemainingAsString());
        if (trace != null) {
            assertThat(trace.header()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]");
            assertThat(TraceContext.parse(trace.header())).isEqualTo(trace);
            assertThat(trace.child().traceId()).isEqualTo(trace.traceId());
        }
    }
}
