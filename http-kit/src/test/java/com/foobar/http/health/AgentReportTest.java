package com.foobar.http.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentReportTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''              | 100   | false | false",
                "75%             | 75    | false | false",
                "0%              | 0     | false | false",
                "drain           | 100   | true  | false",
                "DRAIN,50%       | 50    | true  | false",
                "maint           | 100   | true  | false",
                "drain ready     | 100   | false | false",
                "stopped         | 100   | false | true",
                "fail up 10%     | 10    | false | false",
                "99999%          | 25600 | false | false",
                "100000%         | 100   | false | false",
                "-5%             | 100   | false | false",
                "5 % maxconn:30  | 100   | false | false",
            })
    void readsHaproxysWords(String text, int percent, boolean drain, boolean down) {
        assertThat(AgentReport.parse(text)).isEqualTo(new AgentReport(percent, drain, down));
    }

    @ParameterizedTest
    @CsvSource({
        "100, 50, 50",
        "1, 50, 1",
        "1, 10, 1",
        "1, 0, 0",
        "0, 100, 0",
        "3, 50, 2",
        "200, 150, 256",
        "256, 25600, 256",
        "1, 25600, 256",
    })
    void takesThatPartOfAWeight(int weight, int percent, int expected) {
        assertThat(new AgentReport(percent, false, false).of(weight)).isEqualTo(expected);
    }
}
