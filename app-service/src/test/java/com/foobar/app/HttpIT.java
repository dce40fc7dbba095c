package com.foobar.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.foobar.app.ApiClient.Answer;
import com.foobar.kit.testing.DatabaseServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(SharedDatabase.class)
class HttpIT {
    private final TestApp app;
    private final ApiClient anonymous;

    HttpIT(TestApp app) {
        this.app = app;
        this.anonymous = app.client();
    }

    @Test
    void refusesWhatIsNoJsonObject() {
        for (String body : List.of(
                "{",
                "[]",
                "7",
                "\"x\"",
                "{\"user\":{}} trailing",
                "{\"a\":1,\"a\":2}",
                "nonsense",
                "{\"user\":[}",
                " ")) {
            Answer answer = anonymous.send("POST", "/api/users", body);
            assertThat(answer.status()).as(body).isEqualTo(400);
            assertThat(answer.errors("body")).as(body).hasSize(1);
            assertThat(answer.text()).doesNotContain("jackson", "Exception", "\tat ");
        }
    }

    @Test
    void refusesBodiesThatAreNestedTooDeeply() {
        String deep = "{\"user\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}";
        Answer answer = anonymous.send("POST", "/api/users", deep);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.errors("body").get(0)).contains("nested too deeply");
    }

    @Test
    void takesBodiesAsDeepAsItSaysAndNoDeeper() {
        ApiClient author = anonymous.asNewUser();
        assertThat(author.send("POST", "/api/articles", articleAsDeepAs(16)).status())
                .isEqualTo(201);
        Answer refused = author.send("POST", "/api/articles", articleAsDeepAs(17));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text())
                .isEqualTo(
                        "{\"errors\":{\"body\":[\"is not valid JSON: nested too deeply, too many values, or one too long\"]}}");
    }

    /** With a field more than an article has, which is the depth. */
    private static String articleAsDeepAs(int depth) {
        JsonArray deepest = new JsonArray();
        for (int i = 0; i < depth - 2; i++) {
            deepest = new JsonArray().add(deepest);
        }
        return ApiClient.article(ApiClient.unique("Deep")).put("more", deepest).encode();
    }

    @Test
    void takesBodiesAsLargeAsItSaysAndNotAByteLarger() throws IOException {
        ApiClient author = anonymous.asNewUser();
        assertThat(author.send("POST", "/api/articles", articleAsLargeAs(1 << 20))
                        .status())
                .isEqualTo(201);
        Answer refused = author.send("POST", "/api/articles", articleAsLargeAs((1 << 20) + 1));
        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.text()).isEqualTo("{\"errors\":{\"body\":[\"is too large (maximum is 1MiB)\"]}}");

        assertThat(chunked(author, articleAsLargeAs(1 << 20))).startsWith("HTTP/1.1 201 ");
        assertThat(chunked(author, articleAsLargeAs((1 << 20) + 1))).startsWith("HTTP/1.1 413 ");
    }

    /** All of one byte characters, with spaces at its end. */
    private static String articleAsLargeAs(int size) {
        String article = ApiClient.article(ApiClient.unique("Large")).encode();
        return article + " ".repeat(size - article.length());
    }

    private String chunked(ApiClient author, String body) throws IOException {
        int half = body.length() / 2;
        return raw("POST /api/articles HTTP/1.1\r\nHost: x\r\nAuthorization: Token " + author.token()
                + "\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(body.substring(0, half))
                + chunk(body.substring(half))
                + "0\r\n\r\n");
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    @Test
    void refusesBodiesThatAreTooLarge() {
        String large = "{\"user\":{\"username\":\"" + "x".repeat(2 << 20) + "\"}}";
        Answer answer = anonymous.send("POST", "/api/users", large);
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.text()).isEqualTo("{\"errors\":{\"body\":[\"is too large (maximum is 16KiB)\"]}}");
    }

    @Test
    void refusesChunkedBodiesThatAreTooLarge() throws IOException {
        StringBuilder request =
                new StringBuilder("POST /api/users HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        String chunk = "x".repeat(0x10000);
        for (int i = 0; i < 20; i++) {
            request.append("10000\r\n").append(chunk).append("\r\n");
        }
        assertThat(raw(request.append("0\r\n\r\n").toString())).startsWith("HTTP/1.1 413 ");
    }

    @Test
    void acceptsPostWithoutBody() throws IOException {
        assertThat(raw("POST /api/users HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 422 ");
        assertThat(raw("POST /api/users HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 422 ");
    }

    @Test
    void refusesBodiesThatAreNoUtf8() throws IOException {
        String token = anonymous.asNewUser().token();
        // Zero as two bytes, half a character as three.
        for (String bytes : List.of("\u00c0\u0080", "\u00ed\u00a0\u0080")) {
            String body = "{\"article\":{\"title\":\"t\",\"description\":\"d\",\"body\":\"x" + bytes + "\"}}";
            assertThat(raw("POST /api/articles HTTP/1.1\r\nHost: x\r\nAuthorization: Token " + token
                            + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body))
                    .startsWith("HTTP/1.1 400 ")
                    .endsWith("{\"errors\":{\"body\":[\"is not valid UTF-8\"]}}");
        }
    }

    @Test
    void knowsNoOtherRoutes() {
        for (String path : List.of("/", "/api", "/api/nothing", "/api/articles/a/b/c/d", "/metrics")) {
            Answer answer = anonymous.get(path);
            assertThat(answer.status()).as(path).isEqualTo(404);
            assertThat(answer.text()).isEqualTo("{\"errors\":{\"path\":[\"not found\"]}}");
        }
        assertThat(anonymous.get("/api/articles/%zz".replace("%zz", "%25zz")).status())
                .isEqualTo(404);
    }

    @Test
    void refusesPathsThatCannotBeDecoded() throws IOException {
        String answer = raw("GET /api/articles/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 400 ");
        Contract.judge("GET", "/api/articles/%zz", null, 400, answer.substring(answer.indexOf("{\"errors\":")));
    }

    @Test
    void refusesQueriesThatCannotBeDecoded() throws IOException {
        for (String query : List.of("tag=%zz", "tag=a&other=%", "%f=1", "limit=%1", "%zz")) {
            assertThat(raw("GET /api/articles?" + query + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                    .as(query)
                    .startsWith("HTTP/1.1 400 ")
                    .endsWith("{\"errors\":{\"query\":[\"is malformed\"]}}");
        }
        // Nobody asks for it here.
        assertThat(raw("GET /api/tags?tag=%zz HTTP/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void tellsWhichMethodsAPathHas() {
        Answer answer = anonymous.delete("/api/articles");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD, POST");
        assertThat(answer.errors("method")).hasSize(1);
    }

    @Test
    void countsAMethodThatAPathHasNotByItsRoute() {
        String counter = "app_http_requests_total{method=\"DELETE\",route=\"/api/profiles/:username\",status=\"405\"} ";
        double before = app.metric(counter);
        assertThat(anonymous.delete("/api/profiles/somebody").status()).isEqualTo(405);
        await().untilAsserted(() -> assertThat(app.metric(counter)).isGreaterThan(before));
    }

    @Test
    void tellsOfAFailureOfItsOwnOnlyWhichRequestItWas(DatabaseServer database) {
        ApiClient user = anonymous.asNewUser();
        String comments = "/api/articles/" + user.write(ApiClient.unique("Fails")) + "/comments";
        JsonObject comment = new JsonObject().put("comment", new JsonObject().put("body", "Yes"));
        database.execute("CREATE TRIGGER foobar.fail BEFORE INSERT ON foobar.comments FOR EACH ROW"
                + " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an affair of the database'");
        try {
            assertThatThrownBy(() -> user.post(comments, comment))
                    .hasMessageMatching(
                            "POST " + comments + " 500: \\{\"errors\":\\{\"server\":\\[\"failed for a reason of its"
                                    + " own; please report the request id [0-9a-v]{20}\"]}}");
        } finally {
            database.execute("DROP TRIGGER foobar.fail");
        }
        assertThat(user.post(comments, comment).status()).isEqualTo(201);
    }

    @Test
    void answersHeadAsGetWithoutBody() {
        Answer answer = anonymous.send("HEAD", "/api/tags", null);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEmpty();
    }

    @Test
    void refusesHeadsThatAreTooLarge() throws IOException {
        String line = raw("GET /" + "x".repeat(60_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(line).matches("(?s)HTTP/1.[01] 414 .*").contains("{\"errors\":");
        String field = raw("GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + "x".repeat(60_000) + "\r\n\r\n");
        assertThat(field).matches("(?s)HTTP/1.[01] 431 .*").contains("{\"errors\":");
    }

    @ParameterizedTest
    @CsvSource({"414, 60000, 1", "431, 1, 60000"})
    void countsWhatItCannotRead(int status, int path, int field) throws IOException {
        double before = refused(status);
        String answer =
                raw("GET /" + "x".repeat(path) + " HTTP/1.1\r\nHost: x\r\nX-Long: " + "x".repeat(field) + "\r\n\r\n");
        assertThat(answer).containsPattern("(?i)x-request-id: [0-9a-v]{20}\r\n");
        await().untilAsserted(() -> assertThat(refused(status)).isGreaterThan(before));
    }

    @Test
    void refusesAndCountsWhatIsNoHttp() throws IOException {
        double before = refused(400);
        assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n"))
                .contains(" 400 ", "{\"errors\":{\"body\":[\"is not a valid HTTP request\"]}}");
        await().untilAsserted(() -> assertThat(refused(400)).isGreaterThan(before));
    }

    private double refused(int status) {
        return app.metric("app_http_requests_total{method=\"GET\",route=\"none\",status=\"" + status + "\"} ");
    }

    @Test
    void keepsTheRequestIdOfTheTierBefore() {
        Answer kept = anonymous.send("GET", "/api/tags", null, "X-Request-Id", "edge-4711");
        assertThat(kept.headers().firstValue("X-Request-Id")).hasValue("edge-4711");
        Answer made = anonymous.send("GET", "/api/tags", null, "X-Request-Id", "not acceptable!");
        assertThat(made.headers().firstValue("X-Request-Id").orElseThrow()).matches("[0-9a-v]{20}");
        assertThat(anonymous.get("/api/nothing").headers().firstValue("X-Request-Id"))
                .isPresent();
    }

    @Test
    void saysOnTheTrafficPortThatItIsReady() {
        Answer answer = anonymous.get("/health/ready");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().getString("status")).isEqualTo("ready");
    }

    @Test
    void measuresByRouteTemplate() {
        ApiClient user = anonymous.asNewUser();
        user.get("/api/articles/" + user.write(ApiClient.unique("Measured")));
        // A request is counted when it has its answer.
        await().untilAsserted(() -> assertThat(
                        new ApiClient(app.managementPort()).get("/metrics").text())
                .contains("app_http_requests_total{method=\"GET\",route=\"/api/articles/:slug\",status=\"200\"}")
                .contains("app_http_request_duration_seconds_count{method=\"POST\",route=\"/api/users\"}")
                .contains("app_statement_duration_seconds_count{statement=\"article-by-slug\"}")
                .contains("app_statement_duration_seconds_count{statement=\"commit\"}")
                .contains("app_pool_wait_seconds_count{router=")
                .contains("app_pool_connections_in_use{router=")
                .contains("app_pool_pending{router=")
                .contains("app_schema_migrated 1")
                .doesNotContain("measured"));
    }

    @Test
    void linksDurationsToTraces() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        anonymous.send("GET", "/api/tags", null, "traceparent", "00-" + trace + "-00f067aa0ba902b7-01");
        await().untilAsserted(() -> assertThat(new ApiClient(app.managementPort())
                        .send("GET", "/metrics", null, "Accept", "application/openmetrics-text; version=1.0.0")
                        .text())
                .containsPattern("route=\"/api/tags\".*trace_id=\""));
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("localhost", app.service().port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            InputStream in = socket.getInputStream();
            StringBuilder answer = new StringBuilder();
            byte[] part = new byte[8192];
            for (int n = in.read(part); n > 0; n = in.read(part)) {
                answer.append(new String(part, 0, n, StandardCharsets.ISO_8859_1));
                if (answer.indexOf("}}") > 0 || answer.indexOf("]}") > 0) {
                    break;
                }
            }
            return answer.toString();
        }
    }
}
