package com.foobar.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.app.ApiClient.Answer;
import com.foobar.kit.testing.DatabaseServer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedDatabase.class)
class ProfilesAndCommentsIT {
    private final DatabaseServer database;
    private final ApiClient anonymous;

    ProfilesAndCommentsIT(TestApp app, DatabaseServer database) {
        this.database = database;
        this.anonymous = app.client();
    }

    @Test
    void showsAProfile() {
        ApiClient user = anonymous.asNewUser();
        Answer answer = anonymous.get("/api/profiles/" + user.username());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text())
                .isEqualTo("{\"profile\":{\"username\":\"" + user.username()
                        + "\",\"bio\":null,\"image\":null,\"following\":false}}");
    }

    @Test
    void followsAndUnfollowsOnce() {
        ApiClient follower = anonymous.asNewUser();
        String path = "/api/profiles/" + anonymous.asNewUser().username();
        for (int i = 0; i < 2; i++) {
            Answer followed = follower.send("POST", path + "/follow", null);
            assertThat(followed.status()).isEqualTo(200);
            assertThat(followed.object("profile").getBoolean("following")).isTrue();
        }
        assertThat(follower.get(path).object("profile").getBoolean("following")).isTrue();
        assertThat(anonymous.get(path).object("profile").getBoolean("following"))
                .isFalse();
        for (int i = 0; i < 2; i++) {
            Answer unfollowed = follower.delete(path + "/follow");
            assertThat(unfollowed.object("profile").getBoolean("following")).isFalse();
        }
    }

    @Test
    void asksForATokenBeforeItLooksForTheProfile() {
        assertThat(anonymous
                        .send("POST", "/api/profiles/nobody-at-all/follow", null)
                        .status())
                .isEqualTo(401);
        assertThat(anonymous.delete("/api/profiles/nobody-at-all/follow").status())
                .isEqualTo(401);
        ApiClient user = anonymous.asNewUser();
        for (Answer answer : List.of(
                anonymous.get("/api/profiles/nobody-at-all"),
                user.send("POST", "/api/profiles/nobody-at-all/follow", null),
                user.delete("/api/profiles/nobody-at-all/follow"))) {
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.text()).isEqualTo("{\"errors\":{\"profile\":[\"not found\"]}}");
        }
    }

    @Test
    void commentsOnAnArticle() {
        ApiClient author = anonymous.asNewUser();
        String path = "/api/articles/" + author.write(ApiClient.unique("Discussed")) + "/comments";
        ApiClient reader = anonymous.asNewUser();
        Answer first = comment(reader, path, "Thank you!");
        Answer second = comment(author, path, "You are welcome.");

        assertThat(first.status()).isEqualTo(201);
        JsonObject made = first.object("comment");
        assertThat(made.fieldNames()).containsExactlyInAnyOrder("id", "createdAt", "updatedAt", "body", "author");
        assertThat(made.getValue("id")).isInstanceOf(Integer.class);
        assertThat(made.getString("body")).isEqualTo("Thank you!");
        assertThat(made.getJsonObject("author").getString("username")).isEqualTo(reader.username());

        Answer list = anonymous.get(path);
        assertThat(list.status()).isEqualTo(200);
        assertThat(list.json().getJsonArray("comments"))
                .containsExactly(second.object("comment"), first.object("comment"));
    }

    @Test
    void refusesCommentsThatCannotBe() {
        ApiClient user = anonymous.asNewUser();
        String path = "/api/articles/" + user.write(ApiClient.unique("Discussed")) + "/comments";
        for (String body : List.of("{}", "{\"comment\":{}}", "{\"comment\":{\"body\":\"\"}}")) {
            Answer answer = user.send("POST", path, body);
            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.errors("body")).containsExactly("can't be blank");
        }
        Answer nowhere = comment(user, "/api/articles/no-such-article/comments", "Hello?");
        assertThat(nowhere.status()).isEqualTo(404);
        assertThat(nowhere.errors("article")).containsExactly("not found");
        assertThat(anonymous.get("/api/articles/no-such-article/comments").errors("article"))
                .containsExactly("not found");
    }

    @Test
    void letsOnlyTheAuthorDeleteAComment() {
        ApiClient author = anonymous.asNewUser();
        String article = "/api/articles/" + author.write(ApiClient.unique("Discussed"));
        String path = article + "/comments";
        ApiClient reader = anonymous.asNewUser();
        int id = comment(reader, path, "Mine").object("comment").getInteger("id");
        comment(reader, path, "Stays");

        Answer forbidden = author.delete(path + "/" + id);
        assertThat(forbidden.status()).isEqualTo(403);
        assertThat(forbidden.text()).isEqualTo("{\"errors\":{\"comment\":[\"forbidden\"]}}");

        String elsewhere = "/api/articles/" + author.write(ApiClient.unique("Another")) + "/comments/" + id;
        for (String missing : List.of(path + "/999999999", path + "/x", elsewhere)) {
            assertThat(reader.delete(missing).text()).isEqualTo("{\"errors\":{\"comment\":[\"not found\"]}}");
        }
        assertThat(reader.delete("/api/articles/no-such-article/comments/" + id).text())
                .isEqualTo("{\"errors\":{\"article\":[\"not found\"]}}");

        assertThat(reader.delete(path + "/" + id).status()).isEqualTo(204);
        assertThat(anonymous.get(path).json().getJsonArray("comments")).hasSize(1);
    }

    @Test
    void listsNoMoreCommentsThanAThousand() {
        String slug = anonymous.asNewUser().write(ApiClient.unique("Busy"));
        insertComments(slug, anonymous.asNewUser(), 1001, "'short'");
        assertThat(bodies(slug)).hasSize(1000).startsWith("1001 short").endsWith("2 short");
    }

    /** 16 of 64 KiB would fill the MiB by themselves, but their author has a name. */
    @Test
    void listsTheNewestCommentsOfAMebibyte() {
        ApiClient author = anonymous.asNewUser();
        String slug = author.write(ApiClient.unique("Long"));
        insertComments(slug, anonymous.asNewUser(), 20, "REPEAT('😀', 16383)");
        List<String> listed = bodies(slug);
        assertThat(listed).hasSize(15);
        assertThat(listed.get(0)).startsWith("20 ");
        assertThat(listed.get(14)).startsWith("6 ");

        // A comment that is not listed is there all the same.
        assertThat(comment(author, "/api/articles/" + slug + "/comments", "Short")
                        .status())
                .isEqualTo(201);
        assertThat(bodies(slug)).hasSize(16).startsWith("Short");
    }

    @Test
    void countsWhatTheAuthorsOfCommentsSayOfThemselves() {
        ApiClient talkative = anonymous.asNewUser();
        JsonObject self = new JsonObject().put("bio", "😀".repeat(4000)).put("image", "é".repeat(2000));
        assertThat(talkative
                        .put("/api/user", new JsonObject().put("user", self))
                        .status())
                .isEqualTo(200);
        String slug = anonymous.asNewUser().write(ApiClient.unique("Talked about"));
        insertComments(slug, talkative, 100, "'x'");
        // Each shows 20,000 bytes, a name, and some five bytes of its own.
        int bytes = 20_000 + talkative.username().length() + 5;
        assertThat(bodies(slug)).hasSize((1 << 20) / bytes).startsWith("100 x");
    }

    /** So many, up to 1024, a second apart, whose texts begin with their number: the newest has the greatest. */
    private void insertComments(String slug, ApiClient author, int count, String text) {
        database.execute("INSERT INTO foobar.comments (article_id, author_id, body, created_at, updated_at)"
                + " WITH RECURSIVE few (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM few WHERE n < 31)"
                + " SELECT a.id, u.id, CONCAT(s.seq, ' ', " + text
                + "), '2026-01-01' + INTERVAL s.seq SECOND, a.created_at"
                + " FROM foobar.articles a, foobar.users u, (SELECT 1 + 32 * x.n + y.n AS seq FROM few x, few y) s"
                + " WHERE s.seq <= " + count + " AND a.slug = '" + slug + "' AND u.username = '" + author.username()
                + "'");
    }

    private List<String> bodies(String slug) {
        return anonymous.get("/api/articles/" + slug + "/comments").json().getJsonArray("comments").stream()
                .map(comment -> ((JsonObject) comment).getString("body"))
                .toList();
    }

    private static Answer comment(ApiClient client, String path, String body) {
        return client.post(path, new JsonObject().put("comment", new JsonObject().put("body", body)));
    }
}
