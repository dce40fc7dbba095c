package com.foobar.http.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** Whatever a server says of itself, its weight stays one. */
class AgentReportFuzzTest {
    @FuzzTest(maxDuration = "15s")
    void parses(FuzzedDataProvider data) {
        int weight = data.consumeInt(0, 256);
        AgentReport report = AgentReport.parse(data.consumeRemainingAsString());
        assertThat(report.percent()).isBetween(0, 25_600);
        assertThat(report.of(weight)).isBetween(0, 256);
        assertThat(report.of(0)).isZero();
    }
}
