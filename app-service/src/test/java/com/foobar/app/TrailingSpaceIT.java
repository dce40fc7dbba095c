package com.foobar.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.app.ApiClient.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A space at its end makes another text of a text, whatever the database makes of it. */
@ExtendWith(SharedDatabase.class)
class TrailingSpaceIT {
    private final ApiClient anonymous;
    private ApiClient author;
    private String tag;
    private String slug;

    TrailingSpaceIT(TestApp app) {
        this.anonymous = app.client();
    }

    @BeforeEach
    void writeAnArticle() {
        author = anonymous.asNewUser();
        tag = ApiClient.unique("tag");
        slug = author.write(ApiClient.unique("Spaced"), tag);
        author.send("POST", "/api/articles/" + slug + "/favorite", null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%20", "%20%20"})
    void namesNoArticle(String end) {
        String path = "/api/articles/" + slug + end;
        String comment = "{\"comment\":{\"body\":\"Yes\"}}";
        for (Answer answer : List.of(
                anonymous.get(path),
                author.put(path, ApiClient.article(ApiClient.unique("Changed"))),
                author.delete(path),
                author.send("POST", path + "/favorite", null),
                author.delete(path + "/favorite"),
                anonymous.get(path + "/comments"),
                author.send("POST", path + "/comments", comment),
                author.delete(path + "/comments/1"))) {
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.text()).isEqualTo("{\"errors\":{\"article\":[\"not found\"]}}");
        }
        assertThat(anonymous.get("/api/articles/" + slug).status()).isEqualTo(200);
    }

    @Test
    void namesNoProfile() {
        String path = "/api/profiles/" + author.username() + "%20";
        for (Answer answer : List.of(
                anonymous.get(path), author.send("POST", path + "/follow", null), author.delete(path + "/follow"))) {
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.text()).isEqualTo("{\"errors\":{\"profile\":[\"not found\"]}}");
        }
    }

    @Test
    void listsNothing() {
        for (String filter : List.of("tag=" + tag, "author=" + author.username(), "favorited=" + author.username())) {
            assertThat(anonymous.get("/api/articles?" + filter).json().getInteger("articlesCount"))
                    .isEqualTo(1);
            for (String end : List.of("%20", "+", "%20&limit=1")) {
                Answer answer = anonymous.get("/api/articles?" + filter + end);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.text()).isEqualTo("{\"articles\":[],\"articlesCount\":0}");
            }
        }
        assertThat(anonymous.get("/api/articles?tag=x%20&limit=-1").status()).isEqualTo(422);
    }

    @Test
    void logsNobodyIn() {
        JsonObject user = new JsonObject()
                .put("email", author.username() + "@example.com ")
                .put("password", "password");
        Answer answer = anonymous.post("/api/users/login", new JsonObject().put("user", user));
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.errors("credentials")).containsExactly("invalid");
    }

    @Test
    void isNeverWritten() {
        JsonObject user = ApiClient.user(ApiClient.unique("spaced"));
        JsonObject fields = user.getJsonObject("user");
        for (String field : List.of("username", "email")) {
            JsonObject spaced = new JsonObject().put(field, fields.getString(field) + " ");
            Answer registered = anonymous.post("/api/users", user.copy().mergeIn(under("user", spaced), true));
            assertThat(registered.status()).isEqualTo(422);
            assertThat(registered.errors(field)).hasSize(1);
            assertThat(author.put("/api/user", under("user", spaced)).errors(field))
                    .hasSize(1);
        }

        // Of tags it is cut; of a title it makes no other slug.
        String title = ApiClient.unique("Ends ");
        JsonObject article = ApiClient.article(title + " ", tag + " ", " " + tag, tag);
        JsonObject written = author.post("/api/articles", article).object("article");
        assertThat(written.getJsonArray("tagList")).isEqualTo(new JsonArray().add(tag));
        assertThat(written.getString("slug")).doesNotContain(" ").doesNotEndWith("-");
    }

    private static JsonObject under(String key, JsonObject value) {
        return new JsonObject().put(key, value);
    }
}
