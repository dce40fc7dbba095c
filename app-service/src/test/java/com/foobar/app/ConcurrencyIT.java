package com.foobar.app;

import static com.foobar.app.ApiClient.article;
import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.app.ApiClient.Answer;
import com.foobar.kit.testing.DatabaseServer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedDatabase.class)
class ConcurrencyIT {
    private static final int MANY = 100;

    private final DatabaseServer database;
    private final ApiClient anonymous;

    ConcurrencyIT(TestApp app, DatabaseServer database) {
        this.database = database;
        this.anonymous = app.client();
    }

    @Test
    void countsEveryLikeOnce() {
        String path = "/api/articles/" + anonymous.asNewUser().write(ApiClient.unique("Popular"));
        List<ApiClient> users =
                IntStream.range(0, MANY).mapToObj(i -> anonymous.asNewUser()).toList();

        assertThat(together(MANY, i -> users.get(i).sendAsync("POST", path + "/favorite", null)))
                .extracting(Answer::status)
                .containsOnly(200);
        assertThat(anonymous.get(path).object("article").getInteger("favoritesCount"))
                .isEqualTo(MANY);

        assertThat(together(MANY, i -> users.get(i).sendAsync("DELETE", path + "/favorite", null)))
                .extracting(Answer::status)
                .containsOnly(200);
        assertThat(anonymous.get(path).object("article").getInteger("favoritesCount"))
                .isZero();
    }

    @Test
    void countsEveryFollowerOnce() {
        ApiClient author = anonymous.asNewUser();
        String path = "/api/profiles/" + author.username() + "/follow";
        List<ApiClient> users =
                IntStream.range(0, MANY).mapToObj(i -> anonymous.asNewUser()).toList();
        for (String method : List.of("POST", "POST", "DELETE")) {
            assertThat(together(MANY, i -> users.get(i).sendAsync(method, path, null)))
                    .extracting(Answer::status)
                    .containsOnly(200);
            assertThat(database.value(
                            "SELECT COUNT(*) FROM foobar.follows f JOIN foobar.users u ON u.id = f.followed_id"
                                    + " WHERE u.username = '" + author.username() + "'"))
                    .as("after " + method)
                    .isEqualTo(method.equals("POST") ? Integer.toString(MANY) : "0");
        }
    }

    @Test
    void countsTheLikeOfOneUserOnce() {
        String path = "/api/articles/" + anonymous.asNewUser().write(ApiClient.unique("Eager"));
        ApiClient user = anonymous.asNewUser();
        assertThat(together(20, i -> user.sendAsync("POST", path + "/favorite", null)))
                .extracting(Answer::status)
                .containsOnly(200);
        assertThat(anonymous.get(path).object("article").getInteger("favoritesCount"))
                .isOne();
    }

    @Test
    void givesArticlesOfTheSameTitleDistinctSlugs() {
        ApiClient author = anonymous.asNewUser();
        String body = article(ApiClient.unique("All at once"), "same", "tags").encode();
        List<Answer> answers = together(50, i -> author.sendAsync("POST", "/api/articles", body));
        assertThat(answers).extracting(Answer::status).containsOnly(201);
        assertThat(answers.stream().map(answer -> answer.object("article").getString("slug")))
                .doesNotHaveDuplicates();
    }

    @Test
    void registersAName0nce() {
        String name = ApiClient.unique("wanted");
        String body = ApiClient.user(name).encode();
        List<Answer> answers = together(20, i -> anonymous.sendAsync("POST", "/api/users", body));
        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(1);
        assertThat(answers.stream().filter(answer -> answer.status() == 409)).hasSize(19);
    }

    @Test
    void losesNoUpdateOfAnArticle() {
        ApiClient author = anonymous.asNewUser();
        String path = "/api/articles/" + author.write(ApiClient.unique("Busy"), "x");
        List<Answer> answers = together(
                30,
                i -> author.sendAsync(
                        "PUT",
                        path,
                        new JsonObject()
                                .put(
                                        "article",
                                        i % 2 == 0
                                                ? new JsonObject().put("body", "body " + i)
                                                : new JsonObject().put("description", "description " + i))
                                .encode()));
        assertThat(answers).extracting(Answer::status).containsOnly(200);
        assertThat(answers.stream().map(answer -> answer.object("article").getString("updatedAt")))
                .doesNotHaveDuplicates();
        JsonObject last = anonymous.get(path).object("article");
        assertThat(last.getString("body")).startsWith("body ");
        assertThat(last.getString("description")).startsWith("description ");
    }

    @Test
    void costsTheSameNumberOfStatementsWhateverAPageHolds() {
        ApiClient author = anonymous.asNewUser();
        String path = "/api/articles?author=" + author.username();
        author.write(ApiClient.unique("One"), "a", "b");
        long forOne = statementsOf(path);
        for (int i = 0; i < 19; i++) {
            author.write(ApiClient.unique("More"), "a", "b", "c" + i);
        }
        assertThat(author.get(path).json().getJsonArray("articles")).hasSize(20);
        assertThat(statementsOf(path)).isEqualTo(forOne).isEqualTo(2);
    }

    @Test
    void costsTheSameStatementsAgainAndPreparesNothingNew() {
        ApiClient reader = anonymous.asNewUser();
        ApiClient author = anonymous.asNewUser();
        String tag = ApiClient.unique("tag");
        String article = "/api/articles/" + author.write(ApiClient.unique("One"), tag);
        String feed = "/api/articles/feed";
        List<String> lists = List.of(
                "/api/articles?author=" + author.username(),
                "/api/articles?tag=" + tag,
                "/api/articles?favorited=" + reader.username());
        reader.send("POST", "/api/profiles/" + author.username() + "/follow", null);
        reader.send("POST", article + "/favorite", null);
        author.post(article + "/comments", comment());

        // One connection, which has prepared everything once all has been asked.
        try (TestApp app = TestApp.start(TestApp.routers(database) + "  pool: {size: 1}\n  answer-timeout: 1m\n")) {
            app.awaitReady();
            ApiClient known = reader.at(app);
            List<ApiClient> viewers = List.of(app.client(), known);
            List<String> ofOne = List.of("/api/tags", article);
            List<String> ofTwo = Stream.concat(Stream.of("/api/articles", article + "/comments"), lists.stream())
                    .toList();
            for (ApiClient viewer : viewers) {
                ofOne.forEach(viewer::get);
                ofTwo.forEach(viewer::get);
            }
            known.get(feed);

            for (int i = 0; i < 20; i++) {
                String more = author.write(ApiClient.unique("More"), tag, "c" + i);
                reader.send("POST", "/api/articles/" + more + "/favorite", null);
                author.post(article + "/comments", comment());
            }
            assertThat(Stream.concat(Stream.of(feed), lists.stream()))
                    .allSatisfy(path -> assertThat(known.get(path).json().getInteger("articlesCount"))
                            .isEqualTo(21));
            long prepared = database.status("Com_stmt_prepare");
            for (ApiClient viewer : viewers) {
                assertThat(ofOne).allSatisfy(path -> assertThat(statementsOf(viewer, path))
                        .isEqualTo(1));
                assertThat(ofTwo).allSatisfy(path -> assertThat(statementsOf(viewer, path))
                        .isEqualTo(2));
            }
            assertThat(statementsOf(known, feed)).isEqualTo(2);
            assertThat(database.status("Com_stmt_prepare")).isEqualTo(prepared);
        }
    }

    private static JsonObject comment() {
        return new JsonObject().put("comment", new JsonObject().put("body", "Yes"));
    }

    private long statementsOf(String path) {
        anonymous.get(path);
        return statementsOf(anonymous, path);
    }

    /** By the server's own counter. */
    private long statementsOf(ApiClient viewer, String path) {
        long before = database.status("Com_stmt_execute");
        assertThat(viewer.get(path).status()).isEqualTo(200);
        return database.status("Com_stmt_execute") - before;
    }

    private static List<Answer> together(int count, IntFunction<CompletableFuture<Answer>> request) {
        List<CompletableFuture<Answer>> pending =
                IntStream.range(0, count).mapToObj(request).toList();
        return pending.stream().map(CompletableFuture::join).toList();
    }
}
