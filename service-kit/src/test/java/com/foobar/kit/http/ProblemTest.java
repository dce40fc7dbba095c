package com.foobar.kit.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemTest {
    private static final Problem PROBLEM = new Problem(503, "Service Unavailable", "no <web> server is \"up\"", "abc");

    @Test
    void tellsProgramsInProblemDetails() {
        assertThat(new JsonObject(PROBLEM.json()))
                .isEqualTo(new JsonObject()
                        .put("type", "about:blank")
                        .put("title", "Service Unavailable")
                        .put("status", 503)
                        .put("detail", "no <web> server is \"up\"")
                        .put("requestId", "abc"));
    }

    @Test
    void escapesTheDetailInThePage() {
        assertThat(PROBLEM.html())
                .contains("no &lt;web&gt; server is &quot;up&quot;")
                .contains("request abc");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html,application/xhtml+xml;q=0.9|true",
                "application/json, text/html;q=0.5|true",
                "application/json, text/html;q=0|false",
                "*/*|false",
                ";|false",
                ",;,text/html|true",
                "application/json|false"
            })
    void givesThePageToWhoAsksForIt(String accept, boolean html) {
        assertThat(Problem.prefersHtml(accept)).isEqualTo(html);
    }

    @Test
    void givesNoPageToWhoAsksForNothing() {
        assertThat(Problem.prefersHtml(null)).isFalse();
    }
}
