package com.foobar.app;

import static com.foobar.app.ApiClient.encode;
import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.app.ApiClient.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users write is data, whatever it looks like. */
@ExtendWith(SharedDatabase.class)
class UsersTextIT {
    private static final AtomicInteger logins = new AtomicInteger();

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
                "e\u0301 is not \u00e9",
                // Turns what follows around, takes no width, or is no character at all.
                "\u202egnp.exe, \u2066isolated\u2069",
                "zero\u200bwidth\u00ad\ufeff",
                "\ufffe \uffff \u2028 \ue000"
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
    void takesFewerCharactersWhereTheyHaveFourBytes() {
        ApiClient author = anonymous.asNewUser();
        JsonObject article = ApiClient.article(ApiClient.unique("Rockets"));
        article.getJsonObject("article").put("body", "🚀".repeat(260_000));
        assertThat(author.post("/api/articles", article).status()).isEqualTo(201);
        article.getJsonObject("article").put("body", "🚀".repeat(262_144));
        assertThat(author.post("/api/articles", article).status()).isEqualTo(413);
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

    /** C0 and C1, and DEL between them. */
    static IntStream controlCharacters() {
        return IntStream.rangeClosed(0, 0x9f).filter(Character::isISOControl);
    }

    @ParameterizedTest
    @MethodSource("controlCharacters")
    void returnsControlCharactersWithinTexts(int code) {
        ApiClient user = anonymous.asNewUser();
        String text = "before" + (char) code + "after" + (char) code;
        JsonObject article = new JsonObject()
                .put("title", ApiClient.unique("Control"))
                .put("description", text)
                .put("body", text);
        Answer made = user.post("/api/articles", new JsonObject().put("article", article));
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.object("article").getString("description")).isEqualTo(text);
        assertThat(made.object("article").getString("body")).isEqualTo(text);
        String path = "/api/articles/" + made.object("article").getString("slug");
        assertThat(anonymous.get(path).text()).isEqualTo(made.text());

        Answer comment = user.post(path + "/comments", under("comment", "body", text));
        assertThat(comment.status()).isEqualTo(201);
        assertThat(comment.object("comment").getString("body")).isEqualTo(text);
        assertThat(anonymous
                        .get(path + "/comments")
                        .json()
                        .getJsonArray("comments")
                        .getJsonObject(0)
                        .getString("body"))
                .isEqualTo(text);

        for (String field : List.of("bio", "image")) {
            assertThat(user.put("/api/user", under("user", field, text)).status())
                    .isEqualTo(200);
            assertThat(anonymous
                            .get("/api/profiles/" + user.username())
                            .object("profile")
                            .getString(field))
                    .isEqualTo(text);
        }
        user.put("/api/user", under("user", "password", text));
        assertThat(login(user.username() + "@example.com", text).status()).isEqualTo(200);
        assertThat(login(user.username() + "@example.com", "beforeafter").status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @MethodSource("controlCharacters")
    void refusesControlCharactersInWhatIsOneLine(int code) {
        ApiClient user = anonymous.asNewUser();
        String slug = user.write(ApiClient.unique("Control"));
        char control = (char) code;
        for (String text : List.of("x" + control + "y", control + "y", "x" + control)) {
            for (String field : List.of("title", "tagList")) {
                Object value = field.equals("tagList") ? new JsonArray().add(text) : text;
                JsonObject article = ApiClient.article("Control");
                article.getJsonObject("article").put(field, value);
                assertControlRefused(user.post("/api/articles", article), field);
                assertControlRefused(user.put("/api/articles/" + slug, under("article", field, value)), field);
            }
            JsonObject account = ApiClient.user(ApiClient.unique("control"));
            account.getJsonObject("user").put("username", text).put("email", text + "@example.com");
            Answer registration = anonymous.post("/api/users", account);
            assertControlRefused(registration, "username");
            assertControlRefused(registration, "email");
            assertControlRefused(user.put("/api/user", under("user", "username", text)), "username");
            assertThat(login(ApiClient.unique("nobody") + text + "@example.com", text)
                            .status())
                    .isEqualTo(401);
        }
    }

    private static void assertControlRefused(Answer answer, String field) {
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors(field)).contains("must not contain control characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud83d", "x\\ude00", "\\ude00\\ud83d", "\\ud83d\\ud83d\\ude00 end", "the end \\uDBFF"})
    void refusesHalfACharacter(String escaped) {
        ApiClient user = anonymous.asNewUser();
        String article = "/api/articles/" + user.write(ApiClient.unique("Whole"));
        for (String field : List.of("title", "description", "body")) {
            assertHalfRefused(user.send("PUT", article, json("article", field, escaped)), field);
            JsonObject other = ApiClient.article("Half");
            other.getJsonObject("article").put(field, "@");
            assertHalfRefused(user.send("POST", "/api/articles", other.encode().replace("@", escaped)), field);
        }
        String tags = "{\"article\":{\"tagList\":[\"whole\",\"" + escaped + "\"]}}";
        assertHalfRefused(user.send("PUT", article, tags), "tagList");
        assertHalfRefused(user.send("POST", article + "/comments", json("comment", "body", escaped)), "body");
        for (String field : List.of("username", "email", "password", "bio", "image")) {
            assertHalfRefused(user.send("PUT", "/api/user", json("user", field, escaped)), field);
        }
        for (String field : List.of("username", "email", "password")) {
            assertHalfRefused(anonymous.send("POST", "/api/users", json("user", field, escaped)), field);
        }
        for (String field : List.of("email", "password")) {
            assertHalfRefused(anonymous.send("POST", "/api/users/login", json("user", field, escaped)), field);
        }
    }

    private static void assertHalfRefused(Answer answer, String field) {
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors(field)).contains("contains half a character");
    }

    @Test
    void returnsNamesThatAreDrawnInAnotherOrder() {
        String name = ApiClient.unique("bob") + "\u202enimda";
        ApiClient user = anonymous.asNewUser(name);
        assertThat(user.get("/api/user").object("user").getString("username")).isEqualTo(name);
        assertThat(anonymous
                        .get("/api/profiles/" + encode(name))
                        .object("profile")
                        .getString("username"))
                .isEqualTo(name);
        // Nobody else can have it with the same letters.
        Answer refused = anonymous.post("/api/users", ApiClient.user(name.replace("\u202e", "")));
        assertThat(refused.errors("username")).containsExactly("has already been taken");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%00", "%1F", "%ED%A0%80", "%FF", "%C0%80", "%E2%80%AE", "%F4%90%80%80", "%EF%BF%BF"})
    void findsNothingByWhatIsNoText(String encoded) {
        for (String path : List.of("/api/profiles/nobody" + encoded, "/api/articles/nothing" + encoded)) {
            assertThat(anonymous.get(path).status()).as(path).isIn(400, 404);
        }
        for (String filter : List.of("tag", "author", "favorited")) {
            Answer answer = anonymous.get("/api/articles?" + filter + "=nobody" + encoded);
            assertThat(answer.status()).as(filter).isIn(200, 400);
            assertThat(answer.text()).doesNotContain("slug");
        }
    }

    private static JsonObject under(String object, String field, Object value) {
        return new JsonObject().put(object, new JsonObject().put(field, value));
    }

    /** @param escaped as it stands within the quotes */
    private static String json(String object, String field, String escaped) {
        return "{\"" + object + "\":{\"" + field + "\":\"" + escaped + "\"}}";
    }

    /** From an address that nobody else has, whose failures count for nobody else. */
    private Answer login(String email, String password) {
        JsonObject user = new JsonObject().put("email", email).put("password", password);
        String address = "2001:db8:" + Integer.toHexString(logins.incrementAndGet()) + "::1";
        return anonymous.send(
                "POST", "/api/users/login", new JsonObject().put("user", user).encode(), "X-Forwarded-For", address);
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
