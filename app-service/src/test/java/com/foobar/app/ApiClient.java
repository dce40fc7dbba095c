package com.foobar.app;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Speaks HTTP/1.1 to an instance, as nobody or as a user; fails where that breaks the contract. */
public final class ApiClient {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String RUN = Long.toString(System.nanoTime(), 36);

    private final int port;
    private final @Nullable String token;
    private final String username;

    ApiClient(int port) {
        this(port, null, "");
    }

    private ApiClient(int port, @Nullable String token, String username) {
        this.port = port;
        this.token = token;
        this.username = username;
    }

    /** An answer: its status, fields, and body. */
    public record Answer(int status, HttpHeaders headers, String text) {
        public JsonObject json() {
            return new JsonObject(text);
        }

        public JsonObject object(String key) {
            return json().getJsonObject(key);
        }

        /** The messages under a key of {@code errors}. */
        @SuppressWarnings("unchecked")
        public List<String> errors(String key) {
            JsonArray messages = object("errors").getJsonArray(key);
            return messages == null ? List.of() : messages.getList();
        }
    }

    /** A name that no other test uses. */
    public static String unique(String prefix) {
        return prefix + "-" + RUN + "-" + NUMBER.incrementAndGet();
    }

    /** The same server, as a user that is new. */
    public ApiClient asNewUser() {
        return asNewUser(unique("user"));
    }

    public ApiClient asNewUser(String name) {
        Answer answer = post("/api/users", user(name));
        if (answer.status() != 201) {
            throw new AssertionError(answer.toString());
        }
        return withToken(answer.object("user").getString("token"), name);
    }

    public static JsonObject user(String name) {
        return new JsonObject()
                .put(
                        "user",
                        new JsonObject()
                                .put("username", name)
                                .put("email", name + "@example.com")
                                .put("password", "password"));
    }

    public static JsonObject article(String title, String... tags) {
        return new JsonObject()
                .put(
                        "article",
                        new JsonObject()
                                .put("title", title)
                                .put("description", "About " + title)
                                .put("body", "All of " + title)
                                .put("tagList", new JsonArray(List.of(tags))));
    }

    public ApiClient withToken(@Nullable String newToken, String name) {
        return new ApiClient(port, newToken, name);
    }

    /** The same user, on another instance. */
    public ApiClient at(TestApp app) {
        return new ApiClient(app.service().port(), token, username);
    }

    public String username() {
        return username;
    }

    public @Nullable String token() {
        return token;
    }

    /** Writes an article, and returns its slug. */
    public String write(String title, String... tags) {
        Answer answer = post("/api/articles", article(title, tags));
        if (answer.status() != 201) {
            throw new AssertionError(answer.toString());
        }
        return answer.object("article").getString("slug");
    }

    public Answer get(String path) {
        return send("GET", path, null);
    }

    public Answer post(String path, JsonObject body) {
        return send("POST", path, body.encode());
    }

    public Answer put(String path, JsonObject body) {
        return send("PUT", path, body.encode());
    }

    public Answer delete(String path) {
        return send("DELETE", path, null);
    }

    /** @param body null: none, for POST with {@code Content-Length: 0} */
    public Answer send(String method, String path, @Nullable String body, String... fields) {
        try {
            Answer answer = answer(HTTP.send(request(method, path, body, fields), BodyHandlers.ofString()));
            Contract.judge(method, path, body, answer.status(), answer.text());
            return answer;
        } catch (IOException e) {
            throw new IllegalStateException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public CompletableFuture<Answer> sendAsync(String method, String path, @Nullable String body, String... fields) {
        return HTTP.sendAsync(request(method, path, body, fields), BodyHandlers.ofString())
                .thenApply(ApiClient::answer)
                .whenComplete((answer, failure) -> {
                    if (answer != null) {
                        Contract.judge(method, path, body, answer.status(), answer.text());
                    }
                });
    }

    private static Answer answer(HttpResponse<String> response) {
        return new Answer(response.statusCode(), response.headers(), response.body());
    }

    private HttpRequest request(String method, String path, @Nullable String body, String... fields) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.setHeader("Content-Type", "application/json; charset=utf-8");
        }
        if (token != null) {
            request.setHeader("Authorization", "Token " + token);
        }
        for (int i = 0; i + 1 < fields.length; i += 2) {
            request.setHeader(fields[i], fields[i + 1]);
        }
        return request.build();
    }

    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
