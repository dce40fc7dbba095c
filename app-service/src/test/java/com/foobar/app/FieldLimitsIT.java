package com.foobar.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.app.ApiClient.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every field takes what {@code docs/app-service.md} says, and not a character more. */
@ExtendWith(SharedDatabase.class)
class FieldLimitsIT {
    private final ApiClient anonymous;

    FieldLimitsIT(TestApp app) {
        this.anonymous = app.client();
    }

    @ParameterizedTest(name = "{1} of a {0}")
    @CsvSource({
        "registration, username, 64",
        "registration, email, 254",
        "registration, password, 256",
        "login, email, 1000",
        "login, password, 1000",
        "user, username, 64",
        "user, email, 254",
        "user, password, 256",
        "user, bio, 4000",
        "user, image, 2000",
        "new article, title, 255",
        "new article, description, 1000",
        "new article, body, 262144",
        "article, title, 255",
        "article, description, 1000",
        "article, body, 262144",
        "comment, body, 16384"
    })
    void takesSoManyCharacters(String object, String field, int limit) {
        ApiClient user = anonymous.asNewUser();
        String slug = user.write(ApiClient.unique("Long"));
        // Nobody has such an address, or such a password: but it is looked for.
        assertThat(send(user, slug, object, field, text(field, limit)).status())
                .isIn(200, 201, object.equals("login") ? 401 : 200);
        Answer refused = send(user, slug, object, field, text(field, limit + 1));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.errors(field)).singleElement().asString().contains("too long");
    }

    @Test
    void takesTwentyTagsOfFortyCharacters() {
        ApiClient user = anonymous.asNewUser();
        assertThat(publish(user, 20, 40).status()).isEqualTo(201);
        assertThat(publish(user, 21, 40).errors("tagList")).isNotEmpty();
        assertThat(publish(user, 20, 41).errors("tagList")).isNotEmpty();
    }

    private static Answer send(ApiClient user, String slug, String object, String field, String value) {
        return switch (object) {
            case "registration" -> user.post("/api/users", with(ApiClient.user(ApiClient.unique("new")), field, value));
            case "login" -> user.post("/api/users/login", with(ApiClient.user(user.username()), field, value));
            case "user" -> user.put("/api/user", with(object, field, value));
            case "new article" -> user.post("/api/articles", with(ApiClient.article("New"), field, value));
            case "article" -> user.put("/api/articles/" + slug, with(object, field, value));
            default -> user.post("/api/articles/" + slug + "/comments", with(object, field, value));
        };
    }

    private static JsonObject with(String object, String field, String value) {
        return with(new JsonObject().put(object, new JsonObject()), field, value);
    }

    /** The body with that field of its object set. */
    private static JsonObject with(JsonObject body, String field, String value) {
        body.forEach(object -> ((JsonObject) object.getValue()).put(field, value));
        return body;
    }

    private static String text(String field, int length) {
        String end = field.equals("email") ? "@example.com" : "";
        String begin = ApiClient.unique("x");
        return begin + "y".repeat(length - begin.length() - end.length()) + end;
    }

    private static Answer publish(ApiClient user, int tags, int length) {
        JsonObject article = ApiClient.article(ApiClient.unique("Tagged"));
        article.getJsonObject("article")
                .put(
                        "tagList",
                        new JsonArray(IntStream.range(0, tags)
                                .mapToObj(i -> i
                                        + "z"
                                                .repeat(length
                                                        - Integer.toString(i).length()))
                                .toList()));
        return user.post("/api/articles", article);
    }
}
