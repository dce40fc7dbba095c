package com.foobar.app;

import static com.foobar.app.ApiClient.article;
import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.app.ApiClient.Answer;
import com.foobar.kit.testing.DatabaseServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedDatabase.class)
class ArticlesIT {
    private static final String ISO_MICROS = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z";

    private final ApiClient anonymous;
    private final DatabaseServer database;

    ArticlesIT(TestApp app, DatabaseServer database) {
        this.anonymous = app.client();
        this.database = database;
    }

    @Test
    void createsAnArticle() {
        ApiClient author = anonymous.asNewUser();
        Answer answer = author.post("/api/articles", article("How to Train Your Dragon!", "training", "dragons"));

        assertThat(answer.status()).isEqualTo(201);
        JsonObject made = answer.object("article");
        assertThat(made.fieldNames())
                .containsExactlyInAnyOrder(
                        "slug",
                        "title",
                        "description",
                        "body",
                        "tagList",
                        "createdAt",
                        "updatedAt",
                        "favorited",
                        "favoritesCount",
                        "author");
        assertThat(made.getString("slug")).startsWith("how-to-train-your-dragon");
        assertThat(made.getString("title")).isEqualTo("How to Train Your Dragon!");
        assertThat(made.getJsonArray("tagList")).containsExactly("dragons", "training");
        assertThat(made.getString("createdAt")).matches(ISO_MICROS).isEqualTo(made.getString("updatedAt"));
        assertThat(made.getBoolean("favorited")).isFalse();
        assertThat(made.getInteger("favoritesCount")).isZero();
        assertThat(made.getJsonObject("author").encode())
                .isEqualTo(
                        "{\"username\":\"" + author.username() + "\",\"bio\":null,\"image\":null,\"following\":false}");

        Answer read = anonymous.get("/api/articles/" + made.getString("slug"));
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.text()).isEqualTo(answer.text());
    }

    /** So that the newest is the newest, however the clocks of instances differ. */
    @Test
    void takesTheTimeOfTheDatabase() {
        database.execute("SET GLOBAL init_connect = 'SET timestamp = 1700000000.5'");
        try (TestApp app = TestApp.on(database)) {
            ApiClient author = app.client().asNewUser();
            JsonObject article = author.post("/api/articles", article(ApiClient.unique("Then")))
                    .object("article");
            assertThat(article.getString("createdAt")).isEqualTo("2023-11-14T22:13:20.500000Z");
            JsonObject comment = author.post(
                            "/api/articles/" + article.getString("slug") + "/comments",
                            new JsonObject().put("comment", new JsonObject().put("body", "Yes")))
                    .object("comment");
            assertThat(comment.getString("createdAt")).isEqualTo("2023-11-14T22:13:20.500000Z");
        } finally {
            database.execute("SET GLOBAL init_connect = ''");
        }
    }

    @Test
    void takesNoTagsForAnEmptyList() {
        JsonObject absent = article(ApiClient.unique("Untagged"));
        absent.getJsonObject("article").remove("tagList");
        JsonObject isNull = article(ApiClient.unique("Untagged"));
        isNull.getJsonObject("article").putNull("tagList");
        for (JsonObject article : List.of(absent, isNull, article(ApiClient.unique("Untagged")))) {
            Answer answer = anonymous.asNewUser().post("/api/articles", article);
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.object("article").getJsonArray("tagList")).isEmpty();
        }
    }

    @Test
    void tellsWhatIsWrongWithABodyBeforeItLooksForTheArticle() {
        ApiClient user = anonymous.asNewUser();
        String others = "/api/articles/" + anonymous.asNewUser().write(ApiClient.unique("Theirs"));
        JsonObject blank = new JsonObject().put("comment", new JsonObject().put("body", " "));
        for (String path : List.of(others, "/api/articles/nowhere")) {
            assertThat(user.put(path, change("title", "")).status()).isEqualTo(422);
            assertThat(user.post(path + "/comments", blank).status()).isEqualTo(422);
        }
    }

    @Test
    void tellsAllProblemsOfAnArticleAtOnce() {
        ApiClient author = anonymous.asNewUser();
        Answer answer = author.send("POST", "/api/articles", "{\"article\":{\"title\":\"\",\"tagList\":[1,\"\"]}}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors("title")).containsExactly("can't be blank");
        assertThat(answer.errors("description")).containsExactly("can't be blank");
        assertThat(answer.errors("body")).containsExactly("can't be blank");
        assertThat(answer.errors("tagList")).containsExactly("must be a list of texts", "can't be blank");
    }

    @Test
    void refusesToWriteWithoutToken() {
        for (String[] request : new String[][] {
            {"POST", "/api/articles"},
            {"PUT", "/api/articles/no-such-article"},
            {"DELETE", "/api/articles/no-such-article"},
            {"POST", "/api/articles/no-such-article/favorite"},
            {"DELETE", "/api/articles/no-such-article/favorite"},
            {"POST", "/api/articles/no-such-article/comments"},
            {"DELETE", "/api/articles/no-such-article/comments/1"},
            {"GET", "/api/articles/feed"}
        }) {
            Answer answer = anonymous.send(request[0], request[1], null);
            assertThat(answer.status()).as(request[0] + " " + request[1]).isEqualTo(401);
            assertThat(answer.errors("token")).containsExactly("is missing");
        }
    }

    @Test
    void knowsWhatIsNotThere() {
        ApiClient user = anonymous.asNewUser();
        for (Answer answer : List.of(
                anonymous.get("/api/articles/no-such-article"),
                user.put("/api/articles/no-such-article", new JsonObject()),
                user.delete("/api/articles/no-such-article"),
                user.send("POST", "/api/articles/no-such-article/favorite", null),
                user.delete("/api/articles/no-such-article/favorite"))) {
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.text()).isEqualTo("{\"errors\":{\"article\":[\"not found\"]}}");
        }
    }

    @Test
    void givesEqualTitlesDistinctSlugs() {
        ApiClient author = anonymous.asNewUser();
        String title = ApiClient.unique("Same title");
        assertThat(author.write(title)).isNotEqualTo(author.write(title));
    }

    @Test
    void keepsAnArticleNamedFeedApartFromTheFeed() {
        ApiClient author = anonymous.asNewUser();
        String slug = author.write("Feed");
        assertThat(slug).startsWith("feed-");
        assertThat(anonymous.get("/api/articles/" + slug).status()).isEqualTo(200);
    }

    @Test
    void changesWhatIsSentAndKeepsTheRest() {
        ApiClient author = anonymous.asNewUser();
        String slug = author.write(ApiClient.unique("Before"), "a", "b");
        JsonObject before = anonymous.get("/api/articles/" + slug).object("article");

        Answer answer = author.put("/api/articles/" + slug, change("body", "New body"));
        assertThat(answer.status()).isEqualTo(200);
        JsonObject after = answer.object("article");
        assertThat(after.getString("body")).isEqualTo("New body");
        assertThat(after.getString("slug")).isEqualTo(slug);
        assertThat(after.getJsonArray("tagList")).containsExactly("a", "b");
        assertThat(after.getString("createdAt")).isEqualTo(before.getString("createdAt"));
        assertThat(after.getString("updatedAt")).isGreaterThan(before.getString("updatedAt"));
        assertThat(anonymous.get("/api/articles/" + slug).text()).isEqualTo(answer.text());
    }

    @Test
    void letsTheSlugFollowTheTitle() {
        ApiClient author = anonymous.asNewUser();
        String slug = author.write(ApiClient.unique("Before"));
        String title = ApiClient.unique("After");
        Answer answer = author.put("/api/articles/" + slug, change("title", title));

        String newSlug = answer.object("article").getString("slug");
        assertThat(newSlug).isEqualTo(title.toLowerCase(java.util.Locale.ROOT));
        assertThat(anonymous.get("/api/articles/" + slug).status()).isEqualTo(404);
        assertThat(anonymous.get("/api/articles/" + newSlug).status()).isEqualTo(200);
        assertThat(author.put("/api/articles/" + newSlug, change("title", title + "!"))
                        .object("article")
                        .getString("slug"))
                .isEqualTo(newSlug);
    }

    @Test
    void replacesOrClearsTagsAndRefusesNull() {
        ApiClient author = anonymous.asNewUser();
        String path = "/api/articles/" + author.write(ApiClient.unique("Tagged"), "a", "b");

        Answer replaced = author.put(path, change("tagList", new JsonArray(List.of("z", " c ", "z"))));
        assertThat(replaced.object("article").getJsonArray("tagList")).containsExactly("c", "z");

        Answer refused = author.put(path, change("tagList", null));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.errors("tagList")).containsExactly("can't be blank");

        Answer cleared = author.put(path, change("tagList", new JsonArray()));
        assertThat(cleared.object("article").getJsonArray("tagList")).isEmpty();
    }

    @Test
    void refusesToEmptyWhatMustBeThere() {
        ApiClient author = anonymous.asNewUser();
        String path = "/api/articles/" + author.write(ApiClient.unique("Title"));
        for (String field : List.of("title", "description", "body")) {
            assertThat(author.put(path, change(field, "")).errors(field)).containsExactly("can't be blank");
            assertThat(author.put(path, change(field, null)).errors(field)).containsExactly("can't be blank");
        }
    }

    @Test
    void letsOnlyTheAuthorChangeAndDelete() {
        String path = "/api/articles/" + anonymous.asNewUser().write(ApiClient.unique("Mine"));
        ApiClient other = anonymous.asNewUser();
        for (Answer answer : List.of(other.put(path, change("title", "Theirs")), other.delete(path))) {
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text()).isEqualTo("{\"errors\":{\"article\":[\"forbidden\"]}}");
        }
        assertThat(anonymous.get(path).status()).isEqualTo(200);
    }

    @Test
    void deletesAnArticleWithWhatHangsOnIt() {
        ApiClient author = anonymous.asNewUser();
        String tag = ApiClient.unique("tag");
        String path = "/api/articles/" + author.write(ApiClient.unique("Short-lived"), tag);
        assertThat(author.send("POST", path + "/favorite", null).status()).isEqualTo(200);
        assertThat(author.send("POST", path + "/comments", "{\"comment\":{\"body\":\"Hello\"}}")
                        .status())
                .isEqualTo(201);

        String id = database.value(
                "SELECT id FROM foobar.articles WHERE slug = '" + path.substring(path.lastIndexOf('/') + 1) + "'");
        String hanging = "SELECT (SELECT COUNT(*) FROM foobar.comments WHERE article_id = " + id
                + ") + (SELECT COUNT(*) FROM foobar.favorites WHERE article_id = " + id
                + ") + (SELECT COUNT(*) FROM foobar.article_tags WHERE article_id = " + id + ")";
        assertThat(database.value(hanging)).isEqualTo("3");

        Answer answer = author.delete(path);
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.text()).isEmpty();
        assertThat(database.value(hanging)).isEqualTo("0");
        assertThat(anonymous.get(path).status()).isEqualTo(404);
        assertThat(anonymous.get(path + "/comments").status()).isEqualTo(404);
        assertThat(anonymous.get("/api/tags").json().getJsonArray("tags")).doesNotContain(tag);
        assertThat(anonymous
                        .get("/api/articles?favorited=" + author.username())
                        .json()
                        .getInteger("articlesCount"))
                .isZero();
    }

    @Test
    void listsNewestFirstWithoutBodies() {
        ApiClient author = anonymous.asNewUser();
        String first = author.write(ApiClient.unique("First"));
        String second = author.write(ApiClient.unique("Second"));

        JsonObject list = anonymous.get("/api/articles").json();
        assertThat(slugs(list).indexOf(second))
                .isLessThan(slugs(list).indexOf(first))
                .isNotNegative();
        assertThat(list.getJsonArray("articles").getJsonObject(0).containsKey("body"))
                .isFalse();
        assertThat(list.getInteger("articlesCount")).isGreaterThanOrEqualTo(2);
    }

    @Test
    void filtersByTagAuthorAndFavorite() {
        ApiClient author = anonymous.asNewUser();
        ApiClient reader = anonymous.asNewUser();
        String tag = ApiClient.unique("tag");
        String tagged = author.write(ApiClient.unique("Tagged"), tag, "other");
        String plain = author.write(ApiClient.unique("Plain"));
        reader.send("POST", "/api/articles/" + plain + "/favorite", null);

        assertThat(slugs(anonymous.get("/api/articles?tag=" + tag).json())).containsExactly(tagged);
        assertThat(slugs(anonymous
                        .get("/api/articles?author=" + author.username())
                        .json()))
                .containsExactly(plain, tagged);
        assertThat(slugs(anonymous
                        .get("/api/articles?favorited=" + reader.username())
                        .json()))
                .containsExactly(plain);
        assertThat(slugs(anonymous
                        .get("/api/articles?tag=" + tag + "&author=" + author.username() + "&favorited="
                                + reader.username())
                        .json()))
                .isEmpty();
        JsonObject seen = reader.get("/api/articles?author=" + author.username())
                .json()
                .getJsonArray("articles")
                .getJsonObject(0);
        assertThat(seen.getBoolean("favorited")).isTrue();
        assertThat(seen.getInteger("favoritesCount")).isEqualTo(1);
        assertThat(anonymous.get("/api/articles?tag=no-such-tag").text())
                .isEqualTo("{\"articles\":[],\"articlesCount\":0}");
        assertThat(anonymous.get("/api/articles?author=nobody-at-all").text())
                .isEqualTo("{\"articles\":[],\"articlesCount\":0}");
    }

    @Test
    void cutsPages() {
        ApiClient author = anonymous.asNewUser();
        List<String> slugs = new java.util.ArrayList<>();
        for (int i = 0; i < 5; i++) {
            slugs.add(0, author.write(ApiClient.unique("Page")));
        }
        String path = "/api/articles?author=" + author.username();
        assertThat(slugs(anonymous.get(path + "&limit=2").json())).isEqualTo(slugs.subList(0, 2));
        assertThat(slugs(anonymous.get(path + "&limit=2&offset=2").json())).isEqualTo(slugs.subList(2, 4));
        assertThat(anonymous.get(path + "&limit=2&offset=4").json().getInteger("articlesCount"))
                .isEqualTo(5);
        assertThat(slugs(anonymous.get(path + "&offset=1000000").json())).isEmpty();
        assertThat(slugs(anonymous.get(path + "&limit=2147483647").json())).hasSize(5);

        Answer refused = anonymous.get(path + "&limit=-1&offset=x");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.object("errors").fieldNames()).containsExactly("limit", "offset");
    }

    @Test
    void givesAHundredAtMostAndKeepsThoseOfOneMomentInOrder() {
        ApiClient author = anonymous.asNewUser();
        List<String> newestFirst = new java.util.ArrayList<>();
        for (int i = 0; i < 101; i++) {
            newestFirst.add(0, author.write(ApiClient.unique("Same moment")));
        }
        database.execute("UPDATE foobar.articles SET created_at = '2026-01-01' WHERE author_id ="
                + " (SELECT id FROM foobar.users WHERE username = '" + author.username() + "')");
        String path = "/api/articles?author=" + author.username();

        JsonObject none = anonymous.get(path + "&limit=0").json();
        assertThat(slugs(none)).isEmpty();
        assertThat(none.getInteger("articlesCount")).isEqualTo(101);
        assertThat(slugs(anonymous.get(path + "&limit=100").json())).isEqualTo(newestFirst.subList(0, 100));
        assertThat(slugs(anonymous.get(path + "&limit=101").json())).isEqualTo(newestFirst.subList(0, 100));
        for (int offset = 0; offset < 101; offset += 25) {
            assertThat(slugs(anonymous.get(path + "&limit=25&offset=" + offset).json()))
                    .isEqualTo(newestFirst.subList(offset, Math.min(offset + 25, 101)));
        }
    }

    @Test
    void feedsWhatFollowedAuthorsWrite() {
        ApiClient reader = anonymous.asNewUser();
        ApiClient followed = anonymous.asNewUser();
        String one = followed.write(ApiClient.unique("One"));
        anonymous.asNewUser().write(ApiClient.unique("Not followed"));
        String two = followed.write(ApiClient.unique("Two"));
        assertThat(reader.get("/api/articles/feed").text()).isEqualTo("{\"articles\":[],\"articlesCount\":0}");

        reader.send("POST", "/api/profiles/" + followed.username() + "/follow", null);
        JsonObject feed = reader.get("/api/articles/feed?limit=1").json();
        assertThat(slugs(feed)).containsExactly(two);
        assertThat(feed.getInteger("articlesCount")).isEqualTo(2);
        assertThat(slugs(reader.get("/api/articles/feed?limit=1&offset=1").json()))
                .containsExactly(one);
        assertThat(feed.getJsonArray("articles")
                        .getJsonObject(0)
                        .getJsonObject("author")
                        .getBoolean("following"))
                .isTrue();
    }

    @Test
    void likesOnceAndUnlikes() {
        ApiClient reader = anonymous.asNewUser();
        String path = "/api/articles/" + anonymous.asNewUser().write(ApiClient.unique("Liked"));
        for (int i = 0; i < 2; i++) {
            JsonObject liked = reader.send("POST", path + "/favorite", null).object("article");
            assertThat(liked.getBoolean("favorited")).isTrue();
            assertThat(liked.getInteger("favoritesCount")).isEqualTo(1);
        }
        assertThat(anonymous.get(path).object("article").getBoolean("favorited"))
                .isFalse();
        for (int i = 0; i < 2; i++) {
            JsonObject unliked = reader.delete(path + "/favorite").object("article");
            assertThat(unliked.getBoolean("favorited")).isFalse();
            assertThat(unliked.getInteger("favoritesCount")).isZero();
        }
    }

    @Test
    void listsTagsInUse() {
        String tag = ApiClient.unique("tag");
        anonymous.asNewUser().write(ApiClient.unique("Tagged"), tag);
        assertThat(anonymous.get("/api/tags").json().getJsonArray("tags").getString(0))
                .isEqualTo(tag);
    }

    private static JsonObject change(String field, @org.jspecify.annotations.Nullable Object value) {
        return new JsonObject().put("article", new JsonObject().put(field, value));
    }

    private static List<String> slugs(JsonObject list) {
        return list.getJsonArray("articles").stream()
                .map(article -> ((JsonObject) article).getString("slug"))
                .toList();
    }
}
