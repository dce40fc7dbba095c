package com.foobar.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.app.ApiClient.Answer;
import com.foobar.app.http.Access;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.SecurityRequirement;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedDatabase.class)
class ContractIT {
    private final TestApp app;
    private final ApiClient anonymous;

    ContractIT(TestApp app) {
        this.app = app;
        this.anonymous = app.client();
    }

    @Test
    void hasEveryEndpointAndNoOther() {
        assertThat(app.service().endpoints())
                .extracting(endpoint -> endpoint.method() + " " + endpoint.template() + " " + endpoint.access())
                .containsExactlyInAnyOrderElementsOf(Contract.operations().stream()
                        .map(operation ->
                                operation.getHttpMethod() + " " + template(operation) + " " + access(operation))
                        .toList());
    }

    private static String template(Operation operation) {
        return operation.getAbsoluteOpenAPIPath().replaceAll("\\{(\\w+)}", ":$1");
    }

    private static Access access(Operation operation) {
        List<SecurityRequirement> security = operation.getSecurityRequirements();
        if (security.isEmpty()) {
            return Access.PUBLIC;
        }
        return security.stream().anyMatch(SecurityRequirement::isEmpty) ? Access.OPTIONAL : Access.REQUIRED;
    }

    @Test
    void judgesWhatTheOtherTestsSee() {
        String tags = "{\"tags\":[\"a\"]}";
        Contract.judge("GET", "/api/tags", null, 200, tags);
        assertThatThrownBy(() -> Contract.judge("GET", "/api/tags", null, 200, "{\"tags\":[1]}"))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> Contract.judge("GET", "/api/tags", null, 200, "{\"tags\":[],\"more\":1}"))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> Contract.judge("GET", "/api/tags", null, 418, tags))
                .isInstanceOf(AssertionError.class);
        String comment = "{\"comment\":{\"id\":1,\"createdAt\":\"2026-11-20T23:41:07.004300Z\","
                + "\"updatedAt\":\"2026-11-20T23:41:07.004300Z\",\"body\":\"b\","
                + "\"author\":{\"username\":\"u\",\"bio\":null,\"image\":null,\"following\":false}}}";
        Contract.judge("POST", "/api/articles/x/comments", "{\"comment\":{\"body\":\"b\"}}", 201, comment);
        assertThatThrownBy(() -> Contract.judge(
                        "POST", "/api/articles/x/comments", "{\"comment\":{\"body\":\" \"}}", 201, comment))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void isPublished() {
        Answer contract = anonymous.get("/api/openapi.yaml");
        assertThat(contract.status()).isEqualTo(200);
        assertThat(contract.headers().firstValue("Content-Type")).hasValue("application/yaml; charset=utf-8");
        assertThat(contract.text()).startsWith("openapi: 3.1.0\n");
    }

    @Test
    void isShownOnAPageThatAsksNoOtherHost() {
        Answer page = anonymous.get("/api/docs");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none';")
                .doesNotContain("http", "unsafe", "*");
        Matcher links = Pattern.compile("(?:src|href)=\"([^\"]*)\"").matcher(page.text());
        int own = 0;
        while (links.find()) {
            String link = links.group(1);
            assertThat(link).matches("data:,|/api/[a-z./-]+");
            if (link.startsWith("/")) {
                assertThat(anonymous.get(link).status()).as(link).isEqualTo(200);
                own++;
            }
        }
        assertThat(own).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/openapi.yaml", "/api/docs", "/api/docs/swagger-ui-bundle.js"})
    void isNotSentAgainWhereItIsKnown(String path) {
        String tag = anonymous.get(path).headers().firstValue("ETag").orElseThrow();
        Answer again = anonymous.send("GET", path, null, "If-None-Match", tag);
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.text()).isEmpty();
        assertThat(anonymous.delete(path).status()).isEqualTo(405);
    }
}
