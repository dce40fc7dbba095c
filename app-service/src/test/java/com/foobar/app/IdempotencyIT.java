package com.foobar.app;

import static com.foobar.app.ApiClient.article;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.app.ApiClient.Answer;
import com.foobar.kit.testing.DatabaseServer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedDatabase.class)
class IdempotencyIT {
    private static final String FIELD = "Idempotency-Key";

    private final DatabaseServer database;
    private final ApiClient anonymous;
    private final TestApp app;

    IdempotencyIT(TestApp app, DatabaseServer database) {
        this.app = app;
        this.database = database;
        this.anonymous = app.client();
    }

    @Test
    void writesAnArticleOnceAndAnswersAlikeThroughAnyInstance() {
        ApiClient author = anonymous.asNewUser();
        String key = key();
        String body = article(ApiClient.unique("Once 😀"), "b", "a").encode();
        Answer first = author.send("POST", "/api/articles", body, FIELD, key);
        assertThat(first.status()).isEqualTo(201);
        try (TestApp other = TestApp.on(database)) {
            for (ApiClient client : List.of(author, author.at(other))) {
                Answer again = client.send("POST", "/api/articles", body, FIELD, key);
                assertThat(again.status()).isEqualTo(201);
                assertThat(again.text()).isEqualTo(first.text());
            }
        }
        assertThat(articlesOf(author)).isOne();

        assertThat(author.send("POST", "/api/articles", body, FIELD, key()).status())
                .isEqualTo(201);
        assertThat(author.send("POST", "/api/articles", body).status()).isEqualTo(201);
        assertThat(articlesOf(author)).isEqualTo(3);
    }

    @Test
    void writesOnceWhenRetriesOvertakeEachOther() {
        ApiClient author = anonymous.asNewUser();
        String key = key();
        String body = article(ApiClient.unique("At once")).encode();
        List<CompletableFuture<Answer>> pending = IntStream.range(0, 20)
                .mapToObj(i -> author.sendAsync("POST", "/api/articles", body, FIELD, key))
                .toList();
        List<Answer> answers = pending.stream().map(CompletableFuture::join).toList();
        assertThat(answers).extracting(Answer::status).containsOnly(201);
        assertThat(answers.stream().map(Answer::text).distinct()).hasSize(1);
        assertThat(articlesOf(author)).isOne();
    }

    @Test
    void refusesAKeyForAnotherRequest() {
        ApiClient author = anonymous.asNewUser();
        String key = key();
        String slug = author.write(ApiClient.unique("Commented"));
        String comments = "/api/articles/" + slug + "/comments";
        String body = "{\"comment\":{\"body\":\"first\"}}";
        Answer first = author.send("POST", comments, body, FIELD, key);
        assertThat(first.status()).isEqualTo(201);
        assertThat(author.send("POST", comments, body, FIELD, key).text()).isEqualTo(first.text());

        for (Answer other : List.of(
                author.send("POST", comments, "{\"comment\":{\"body\":\"second\"}}", FIELD, key),
                author.send("POST", "/api/articles/" + slug + "/favorite", null, FIELD, key))) {
            assertThat(other.status()).isEqualTo(422);
            assertThat(other.errors("idempotency-key")).containsExactly("has been used for another request");
        }
        assertThat(anonymous.get(comments).json().getJsonArray("comments")).hasSize(1);

        assertThat(anonymous
                        .asNewUser()
                        .send("POST", comments, body, FIELD, key)
                        .status())
                .isEqualTo(201);
        assertThat(anonymous.get(comments).json().getJsonArray("comments")).hasSize(2);
    }

    @Test
    void boundsTheKeysOfAUser() {
        try (TestApp strict = TestApp.start(TestApp.routers(database) + "  idempotency-keys: 3\n")) {
            strict.awaitReady();
            ApiClient author = strict.client().asNewUser();
            String first = key();
            String body = article(ApiClient.unique("Bounded")).encode();
            Answer written = author.send("POST", "/api/articles", body, FIELD, first);
            assertThat(written.status()).isEqualTo(201);
            for (int i = 0; i < 2; i++) {
                assertThat(author.send("POST", "/api/articles", body, FIELD, key())
                                .status())
                        .isEqualTo(201);
            }
            String fourth = key();
            Answer refused = author.send("POST", "/api/articles", body, FIELD, fourth);
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.errors("idempotency-key"))
                    .singleElement()
                    .asString()
                    .contains("too many are in use");
            assertThat(Long.parseLong(
                            refused.headers().firstValue("Retry-After").orElseThrow()))
                    .isBetween(86_000L, 86_400L);
            assertThat(articlesOf(author)).isEqualTo(3);

            // What was sent before is still answered, what has no key is written, and others are not concerned.
            assertThat(author.send("POST", "/api/articles", body, FIELD, first).text())
                    .isEqualTo(written.text());
            assertThat(author.send("POST", "/api/articles", body).status()).isEqualTo(201);
            assertThat(strict.client()
                            .asNewUser()
                            .send("POST", "/api/articles", body, FIELD, fourth)
                            .status())
                    .isEqualTo(201);
            // An instance that allows more takes it: the refused request has left nothing.
            assertThat(author.at(app)
                            .send("POST", "/api/articles", body, FIELD, fourth)
                            .status())
                    .isEqualTo(201);
        }
    }

    @Test
    void forgetsKeysWhenTheirTimeIsOver() {
        try (TestApp strict = TestApp.start(TestApp.routers(database) + "  idempotency-keys: 1\n")) {
            strict.awaitReady();
            ApiClient author = strict.client().asNewUser();
            String body = article(ApiClient.unique("Old")).encode();
            String first = key();
            assertThat(author.send("POST", "/api/articles", body, FIELD, first).status())
                    .isEqualTo(201);
            assertThat(author.send("POST", "/api/articles", body, FIELD, key()).status())
                    .isEqualTo(429);
            database.execute(
                    "UPDATE foobar.idempotency_keys SET created_at = created_at - INTERVAL 25 HOUR WHERE " + is(first));
            assertThat(author.send("POST", "/api/articles", body, FIELD, key()).status())
                    .isEqualTo(201);
        }
    }

    @Test
    void keepsNothingOfARequestThatFailed() {
        ApiClient author = anonymous.asNewUser();
        String key = key();
        String body = "{\"comment\":{\"body\":\"early\"}}";
        String title = ApiClient.unique("Not there yet");
        String path = "/api/articles/" + title.toLowerCase(Locale.ROOT).replace(' ', '-') + "/comments";
        assertThat(author.send("POST", path, body, FIELD, key).status()).isEqualTo(404);
        author.write(title);
        assertThat(author.send("POST", path, body, FIELD, key).status()).isEqualTo(201);
        assertThat(anonymous.get(path).json().getJsonArray("comments")).hasSize(1);
    }

    @Test
    void doesNotLikeOrFollowAgainWhatWasUndoneMeanwhile() {
        ApiClient reader = anonymous.asNewUser();
        ApiClient author = anonymous.asNewUser();
        String article = "/api/articles/" + author.write(ApiClient.unique("Liked"));
        for (String path : List.of(article + "/favorite", "/api/profiles/" + author.username() + "/follow")) {
            String key = key();
            Answer first = reader.send("POST", path, null, FIELD, key);
            assertThat(first.status()).isEqualTo(200);
            assertThat(reader.send("POST", path, null, FIELD, key).text()).isEqualTo(first.text());
            String undone = reader.delete(path).text();
            Answer again = reader.send("POST", path, null, FIELD, key);
            assertThat(again.status()).isEqualTo(200);
            assertThat(again.text()).isEqualTo(undone).isNotEqualTo(first.text());
        }
        JsonObject seen = reader.get(article).object("article");
        assertThat(seen.getBoolean("favorited")).isFalse();
        assertThat(seen.getJsonObject("author").getBoolean("following")).isFalse();
    }

    @Test
    void keepsNothingOfAnAnswerButTheNumberThatFindsItAgain() {
        ApiClient author = anonymous.asNewUser();
        String body = article(ApiClient.unique("Long"))
                .mergeIn(new JsonObject().put("article", new JsonObject().put("body", "😀".repeat(50_000))), true)
                .encode();
        String written = key();
        String liked = key();
        String commented = key();
        String slug = author.send("POST", "/api/articles", body, FIELD, written)
                .object("article")
                .getString("slug");
        String path = "/api/articles/" + slug;
        String comment = "{\"comment\":{\"body\":\"" + "c".repeat(10_000) + "\"}}";
        assertThat(author.send("POST", path + "/favorite", null, FIELD, liked).status())
                .isEqualTo(200);
        assertThat(author.send("POST", path + "/comments", comment, FIELD, commented)
                        .status())
                .isEqualTo(201);
        for (String key : List.of(written, liked, commented)) {
            assertThat(count(is(key) + " AND LENGTH(outcome) BETWEEN 1 AND 32")).isEqualTo("1");
        }

        // The article goes by another slug now, and its old one is free.
        String moved = author.put(path, article(ApiClient.unique("Moved")))
                .object("article")
                .getString("slug");
        assertThat(moved).isNotEqualTo(slug);
        String now = author.get("/api/articles/" + moved).text();
        Answer again = author.send("POST", "/api/articles", body, FIELD, written);
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.text()).isEqualTo(now);
        assertThat(author.send("POST", path + "/favorite", null, FIELD, liked).text())
                .isEqualTo(now);

        author.delete("/api/articles/" + moved);
        assertThat(author.send("POST", "/api/articles", body, FIELD, written).status())
                .isEqualTo(404);
        assertThat(author.send("POST", path + "/comments", comment, FIELD, commented)
                        .status())
                .isEqualTo(404);
        assertThat(articlesOf(author)).isZero();
    }

    @Test
    void registersOnceAndShowsTheAccountToWhoeverKnowsItsPasswordOnly() {
        String key = key();
        JsonObject user = ApiClient.user(ApiClient.unique("again"));
        Answer first = anonymous.send("POST", "/api/users", user.encode(), FIELD, key);
        Answer again = anonymous.send("POST", "/api/users", user.encode(), FIELD, key);
        assertThat(first.status()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.object("user").getString("username"))
                .isEqualTo(user.getJsonObject("user").getString("username"));
        ApiClient known = anonymous.withToken(again.object("user").getString("token"), "");
        assertThat(known.get("/api/user").status()).isEqualTo(200);

        assertThat(anonymous.send("POST", "/api/users", user.encode()).status()).isEqualTo(409);
        user.getJsonObject("user").put("password", "another password");
        assertThat(anonymous
                        .send("POST", "/api/users", user.encode(), FIELD, key)
                        .status())
                .isEqualTo(422);

        JsonObject stranger = ApiClient.user(ApiClient.unique("stranger"));
        assertThat(anonymous
                        .send("POST", "/api/users", stranger.encode(), FIELD, key)
                        .status())
                .isEqualTo(201);
        assertThat(count("user_id = 0 AND (outcome LIKE '%oken%' OR outcome LIKE '%assword%')"))
                .isEqualTo("0");
    }

    /** Neither its owner's token is given away, nor is there a way to try out passwords past the limit of logins. */
    @Test
    void doesNotShowTheAccountOfWhoeverHasTheAddressMeanwhile() {
        String key = key();
        JsonObject former = ApiClient.user(ApiClient.unique("former"));
        Answer made = anonymous.send("POST", "/api/users", former.encode(), FIELD, key);
        String moved = ApiClient.unique("moved");
        JsonObject change = new JsonObject().put("username", moved).put("email", moved + "@example.com");
        assertThat(anonymous
                        .withToken(made.object("user").getString("token"), "")
                        .send(
                                "PUT",
                                "/api/user",
                                new JsonObject().put("user", change).encode())
                        .status())
                .isEqualTo(200);
        JsonObject owner = ApiClient.user(ApiClient.unique("owner"));
        owner.getJsonObject("user")
                .put("email", former.getJsonObject("user").getString("email"))
                .put("password", "of its owner");
        assertThat(anonymous.post("/api/users", owner).status()).isEqualTo(201);

        former.getJsonObject("user").put("password", "of its owner");
        Answer again = anonymous.send("POST", "/api/users", former.encode(), FIELD, key);
        assertThat(again.status()).isEqualTo(422);
        assertThat(again.text()).doesNotContain("token");
    }

    @Test
    void takesAKeyOf255CharactersAndRefusesWhatIsNone() {
        ApiClient author = anonymous.asNewUser();
        String longest = key() + "x".repeat(255 - 36);
        for (int i = 0; i < 2; i++) {
            author.send("POST", "/api/articles", article("Once").encode(), FIELD, longest);
        }
        assertThat(articlesOf(author)).isEqualTo(1);
        for (String key : List.of("two words", "x".repeat(256))) {
            Answer answer = author.send(
                    "POST", "/api/articles", article(ApiClient.unique("Never")).encode(), FIELD, key);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.errors("idempotency-key")).hasSize(1);
        }
        assertThat(articlesOf(author)).isEqualTo(1);
    }

    @Test
    void forgetsKeysAfterTheWindow() {
        ApiClient author = anonymous.asNewUser();
        String comments = "/api/articles/" + author.write(ApiClient.unique("Old")) + "/comments";
        String old = key();
        String recent = key();
        author.send("POST", comments, "{\"comment\":{\"body\":\"old\"}}", FIELD, old);
        author.send("POST", comments, "{\"comment\":{\"body\":\"recent\"}}", FIELD, recent);
        database.execute(
                "UPDATE foobar.idempotency_keys SET created_at = UTC_TIMESTAMP(6) - INTERVAL 2 HOUR WHERE " + is(old));
        try (TestApp forgetful = TestApp.start(TestApp.routers(database) + "  idempotency-window: 1h\n")) {
            await().untilAsserted(() -> assertThat(count(is(old))).isEqualTo("0"));
            forgetful.awaitReady();
        }
        assertThat(count(is(recent))).isEqualTo("1");
    }

    private static String is(String key) {
        return "key_hash = UNHEX(SHA2('" + key + "', 256))";
    }

    private String count(String condition) {
        return String.valueOf(database.value("SELECT COUNT(*) FROM foobar.idempotency_keys WHERE " + condition));
    }

    private static String key() {
        return UUID.randomUUID().toString();
    }

    private int articlesOf(ApiClient author) {
        return anonymous.get("/api/articles?author=" + author.username()).json().getInteger("articlesCount");
    }
}
