package com.foobar.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.app.ApiClient.Answer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedDatabase.class)
class ValidatorsIT {
    private final ApiClient anonymous;

    ValidatorsIT(TestApp app) {
        this.anonymous = app.client();
    }

    @Test
    void sendsNoBodyForWhatHasNotChanged() {
        ApiClient author = anonymous.asNewUser();
        String article = "/api/articles/" + author.write(ApiClient.unique("Kept"), "a");
        String list = "/api/articles?author=" + author.username();
        for (String path : List.of(article, list, article + "/comments", "/api/profiles/" + author.username())) {
            Answer first = anonymous.get(path);
            String tag = tag(first);
            assertThat(tag(anonymous.get(path))).as(path).isEqualTo(tag);

            for (String known : List.of(tag, "\"x\", " + tag, tag.substring(2), "*")) {
                Answer again = anonymous.send("GET", path, null, "If-None-Match", known);
                assertThat(again.status()).as(known).isEqualTo(304);
                assertThat(again.text()).isEmpty();
                assertThat(tag(again)).isEqualTo(tag);
                assertThat(again.headers().firstValue("Cache-Control"))
                        .isEqualTo(first.headers().firstValue("Cache-Control"))
                        .hasValue("no-cache");
                assertThat(again.headers().firstValue("Vary")).hasValue("Authorization");
                assertThat(again.headers().firstValue("Content-Type")).isEmpty();
            }
            assertThat(anonymous
                            .send("GET", path, null, "If-None-Match", "W/\"another\"")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void sendsWhatHasChangedForWhomItHasChanged() {
        ApiClient author = anonymous.asNewUser();
        ApiClient reader = anonymous.asNewUser();
        String article = "/api/articles/" + author.write(ApiClient.unique("Changing"));
        String forAnyone = tag(anonymous.get(article));
        String forReader = tag(reader.get(article));

        assertThat(author.send("POST", article + "/favorite", null).status()).isEqualTo(200);
        Answer liked = anonymous.send("GET", article, null, "If-None-Match", forAnyone);
        assertThat(liked.status()).isEqualTo(200);
        assertThat(liked.object("article").getInteger("favoritesCount")).isOne();
        assertThat(reader.send("GET", article, null, "If-None-Match", forReader).status())
                .isEqualTo(200);

        String beforeFollowing = tag(reader.get(article));
        reader.send("POST", "/api/profiles/" + author.username() + "/follow", null);
        assertThat(reader.send("GET", article, null, "If-None-Match", beforeFollowing)
                        .object("article")
                        .getJsonObject("author")
                        .getBoolean("following"))
                .isTrue();
        assertThat(anonymous
                        .send("GET", article, null, "If-None-Match", tag(liked))
                        .status())
                .isEqualTo(304);
    }

    @Test
    void letsNobodyElseKeepWhatIsMadeForAUser() {
        ApiClient user = anonymous.asNewUser();
        assertThat(user.get("/api/articles").headers().firstValue("Cache-Control"))
                .hasValue("private, no-cache");
        Answer token = user.get("/api/user");
        assertThat(token.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(token.headers().firstValue("ETag")).isEmpty();
        assertThat(user.get("/api/articles/nowhere-to-be-found").headers().firstValue("Cache-Control"))
                .hasValue("no-store");
        Answer written = user.put(
                "/api/user", new JsonObject().put("user", new JsonObject().put("bio", ApiClient.unique("bio"))));
        assertThat(written.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(written.headers().firstValue("ETag")).isEmpty();
    }

    private static String tag(Answer answer) {
        assertThat(answer.status()).isIn(200, 304);
        return answer.headers().firstValue("ETag").orElseThrow();
    }
}
