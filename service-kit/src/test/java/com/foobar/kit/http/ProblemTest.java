package com.foobar.kit.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
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
                "a/b , text/html ; q=0.0 |false",
                "text/html ; level=1 ; q=0.1|true",
                "*/*|false",
                ";|false",
                ",;,text/html|true",
                "application/json|false"
            })
    void givesThePageToWhoAsksForIt(String accept, boolean html) {
        assertThat(Problem.prefersHtml(accept)).isEqualTo(html);
    }

    /** A client can send thousands of spaces in a field, and an event loop reads them. */
    @Test
    void isNotHeldUpBySpaces() {
        String spaces = "a" + " ".repeat(500_000) + "b";
        assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertThat(Problem.prefersHtml(spaces + ";" + spaces + ", text/html"))
                        .isTrue());
    }

    @Test
    void givesNoPageToWhoAsksForNothing() {
        assertThat(Problem.prefersHtml(null)).isFalse();
    }
}
