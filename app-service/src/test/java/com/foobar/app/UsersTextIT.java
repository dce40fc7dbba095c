package com.foobar.app;

import static com.foobar.app.ApiClient.encode;
import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.app.ApiClient.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users write is data, whatever it looks like. */
@ExtendWith(SharedDatabase.class)
class UsersTextIT {
    private final ApiClient anonymous;

    UsersTextIT(TestApp app) {
        this.anonymous = app.client();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'; DROP TABLE users; --",
                "\" OR \"1\"=\"1",
                "\\'; SELECT SLEEP(9) #",
                "%_%",
                "<script>alert('x')</script>",
                "\\u0000 \\n {{7*7}} ${x} %s %00",
                "naïve café, Ærøskøbing, Страна, 日本語のタイトル",
                "مقالة من اليمين إلى اليسار",
                "👩‍👩‍👧‍👦 and 🏳️‍🌈 and 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
                "e\u0301 is not \u00e9"
            })
    void returnsTextAsItWasWritten(String text) {
        ApiClient author = anonymous.asNewUser();
        JsonObject article = new JsonObject()
                .put("title", text)
                .put("description", text)
                .put("body", text + "\r\n\ttab " + text)
                .put(
                        "tagList",
                        new JsonArray(List.of(
                                text.substring(0, Math.min(20, text.length())).strip())));
        Answer made = author.post("/api/articles", new JsonObject().put("article", article));
        assertThat(made.status()).isEqualTo(201);
        for (String field : article.fieldNames()) {
            assertThat(made.object("article").getValue(field)).isEqualTo(article.getValue(field));
        }
        String slug = made.object("article").getString("slug");
        assertThat(anonymous.get("/api/articles/" + encode(slug)).text()).isEqualTo(made.text());

        String tag = article.getJsonArray("tagList").getString(0);
        assertThat(anonymous.get("/api/articles?tag=" + encode(tag)).json().getInteger("articlesCount"))
                .isPositive();
        author.put("/api/user", new JsonObject().put("user", new JsonObject().put("bio", text)));
        assertThat(anonymous
                        .get("/api/profiles/" + author.username())
                        .object("profile")
                        .getString("bio"))
                .isEqualTo(text);
    }

    @Test
    void returnsALongArticleAsItWasWritten() {
        String body = "Grüße 🚀 ".repeat(20_000);
        ApiClient author = anonymous.asNewUser();
        JsonObject article = ApiClient.article(ApiClient.unique("Long"));
        article.getJsonObject("article").put("body", body);
        Answer made = author.post("/api/articles", article);

        assertThat(made.status()).isEqualTo(201);
        assertThat(anonymous
                        .get("/api/articles/" + made.object("article").getString("slug"))
                        .object("article")
                        .getString("body"))
                .isEqualTo(body);
    }

    @Test
    void refusesAnArticleThatIsTooLong() {
        JsonObject article = ApiClient.article("x".repeat(256), "t".repeat(41));
        article.getJsonObject("article").put("body", "x".repeat(256 * 1024 + 1));
        Answer answer = anonymous.asNewUser().post("/api/articles", article);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors("title")).containsExactly("is too long (maximum is 255 characters)");
        assertThat(answer.errors("body")).containsExactly("is too long (maximum is 262144 characters)");
        assertThat(answer.errors("tagList")).containsExactly("is too long (maximum is 40 characters)");
    }

    @Test
    void refusesHalfACharacter() {
        Answer answer = anonymous
                .asNewUser()
                .send(
                        "POST",
                        "/api/articles",
                        "{\"article\":{\"title\":\"\\ud83d\",\"description\":\"d\",\"body\":\"b\"}}");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors("title")).containsExactly("contains half a character");
    }

    @Test
    void findsNobodyByAnInjectedName() {
        for (String name : List.of("' OR '1'='1", "%", "_", "\\", "x'--")) {
            assertThat(anonymous.get("/api/profiles/" + encode(name)).status())
                    .as(name)
                    .isEqualTo(404);
            assertThat(anonymous
                            .get("/api/articles?author=" + encode(name))
                            .json()
                            .getInteger("articlesCount"))
                    .isZero();
            assertThat(anonymous
                            .get("/api/articles?favorited=" + encode(name))
                            .json()
                            .getInteger("articlesCount"))
                    .isZero();
        }
    }

    @Test
    void tellsEmojiInNamesApart() {
        String base = ApiClient.unique("emoji");
        ApiClient one = anonymous.asNewUser(base + "😀");
        ApiClient two = anonymous.asNewUser(base + "😁");
        assertThat(one.get("/api/profiles/" + encode(two.username()))
                        .object("profile")
                        .getString("username"))
                .isEqualTo(two.username());
    }
}
