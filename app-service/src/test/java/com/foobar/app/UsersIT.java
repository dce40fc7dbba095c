package com.foobar.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.app.ApiClient.Answer;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedDatabase.class)
class UsersIT {
    private final ApiClient anonymous;

    UsersIT(TestApp app) {
        this.anonymous = app.client();
    }

    @Test
    void registers() {
        String name = ApiClient.unique("Ærøskøbing");
        Answer answer = anonymous.post("/api/users", ApiClient.user(name));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json; charset=utf-8");
        JsonObject user = answer.object("user");
        assertThat(user.fieldNames()).containsExactlyInAnyOrder("email", "token", "username", "bio", "image");
        assertThat(user.getString("username")).isEqualTo(name);
        assertThat(user.getString("email")).isEqualTo(name + "@example.com");
        assertThat(user.getValue("bio")).isNull();
        assertThat(user.getValue("image")).isNull();
        assertThat(user.getString("token").split("\\.")).hasSize(3);
    }

    @Test
    void tellsAllProblemsOfARegistrationAtOnce() {
        for (String body :
                new String[] {"{}", "{\"user\":{}}", "{\"user\":{\"username\":\"\",\"email\":\" \",\"password\":null}}"
                }) {
            Answer answer = anonymous.send("POST", "/api/users", body);

            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.errors("username")).containsExactly("can't be blank");
            assertThat(answer.errors("email")).containsExactly("can't be blank");
            assertThat(answer.errors("password")).containsExactly("can't be blank");
        }
    }

    @Test
    void refusesFieldsThatAreTooLongOrOfTheWrongForm() {
        JsonObject user = new JsonObject()
                .put("username", "x".repeat(65))
                .put("email", "nobody")
                .put("password", "short");
        Answer answer = anonymous.post("/api/users", new JsonObject().put("user", user));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors("username")).containsExactly("is too long (maximum is 64 characters)");
        assertThat(answer.errors("email")).containsExactly("is invalid");
        assertThat(answer.errors("password")).containsExactly("is too short (minimum is 8 characters)");

        assertThat(anonymous
                        .send("POST", "/api/users", "{\"user\":{\"username\":7}}")
                        .errors("username"))
                .containsExactly("must be a text");
        assertThat(anonymous.send("POST", "/api/users", "{\"user\":[]}").errors("user"))
                .containsExactly("must be an object");
    }

    @Test
    void refusesNamesAndAddressesThatAreTaken() {
        String name = ApiClient.unique("taken");
        anonymous.asNewUser(name);

        Answer both = anonymous.post("/api/users", ApiClient.user(name));
        assertThat(both.status()).isEqualTo(409);
        assertThat(both.errors("username")).containsExactly("has already been taken");
        assertThat(both.errors("email")).containsExactly("has already been taken");

        JsonObject sameEmail = ApiClient.user(name);
        sameEmail.getJsonObject("user").put("username", ApiClient.unique("other"));
        Answer one = anonymous.post("/api/users", sameEmail);
        assertThat(one.status()).isEqualTo(409);
        assertThat(one.object("errors").fieldNames()).containsExactly("email");

        JsonObject otherCase = ApiClient.user(ApiClient.unique("other"));
        otherCase.getJsonObject("user").put("username", name.toUpperCase(java.util.Locale.ROOT));
        assertThat(anonymous.post("/api/users", otherCase).errors("username"))
                .containsExactly("has already been taken");
    }

    @Test
    void logsIn() {
        ApiClient user = anonymous.asNewUser();
        Answer answer = login(user.username() + "@example.com", "password");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.object("user").getString("username")).isEqualTo(user.username());
        ApiClient again = anonymous.withToken(answer.object("user").getString("token"), "");
        assertThat(again.get("/api/user").status()).isEqualTo(200);
    }

    @Test
    void refusesWrongCredentialsAlikeForKnownAndUnknownUsers() {
        ApiClient user = anonymous.asNewUser();
        for (Answer answer : new Answer[] {
            login(user.username() + "@example.com", "another password"), login("nobody@example.com", "password")
        }) {
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.text()).isEqualTo("{\"errors\":{\"credentials\":[\"invalid\"]}}");
        }
    }

    @Test
    void refusesBlankCredentials() {
        Answer answer = login("", "");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors("email")).containsExactly("can't be blank");
        assertThat(answer.errors("password")).containsExactly("can't be blank");
    }

    @Test
    void showsTheCurrentUser() {
        ApiClient user = anonymous.asNewUser();
        Answer answer = user.get("/api/user");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.object("user").getString("username")).isEqualTo(user.username());
        assertThat(answer.object("user").getString("token")).isEqualTo(user.token());
    }

    @Test
    void asksForAToken() {
        Answer answer = anonymous.get("/api/user");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.text()).isEqualTo("{\"errors\":{\"token\":[\"is missing\"]}}");
    }

    @Test
    void refusesTokensThatAreNotItsOwn() {
        String unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiIxIn0.";
        for (String token : new String[] {"nonsense", "a.b.c", unsigned, forged()}) {
            // Also where none is asked for.
            for (String path :
                    new String[] {"/api/user", "/api/articles", "/api/articles/nowhere", "/api/profiles/nobody"}) {
                Answer answer = anonymous.withToken(token, "").get(path);
                assertThat(answer.status()).as(path + " " + token).isEqualTo(401);
                assertThat(answer.errors("token")).containsExactly("is invalid");
            }
        }
    }

    private String forged() {
        String[] parts = String.valueOf(anonymous.asNewUser().token()).split("\\.");
        String payload = java.util.Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"sub\":\"1\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return parts[0] + "." + payload + "." + parts[2];
    }

    @Test
    void changesWhatIsSentAndKeepsTheRest() {
        ApiClient user = anonymous.asNewUser();
        Answer answer =
                change(user, new JsonObject().put("bio", "Writes 😀").put("image", "https://example.com/x.png"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.object("user").getString("bio")).isEqualTo("Writes 😀");
        assertThat(answer.object("user").getString("username")).isEqualTo(user.username());

        assertThat(change(user, new JsonObject().put("bio", "")).object("user").getValue("bio"))
                .isNull();
        assertThat(change(user, new JsonObject().putNull("image"))
                        .object("user")
                        .getValue("image"))
                .isNull();
        assertThat(user.get("/api/user").object("user").getValue("bio")).isNull();
    }

    @Test
    void changesNameEmailAndPassword() {
        ApiClient user = anonymous.asNewUser();
        String name = ApiClient.unique("renamed");
        Answer answer = change(
                user,
                new JsonObject()
                        .put("username", name)
                        .put("email", name + "@example.org")
                        .put("password", "12345678"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.object("user").getString("username")).isEqualTo(name);
        assertThat(login(name + "@example.org", "12345678").status()).isEqualTo(200);
        assertThat(login(name + "@example.org", "password").status()).isEqualTo(401);
        assertThat(login(user.username() + "@example.com", "12345678").status()).isEqualTo(401);

        String long64 = "p".repeat(64);
        assertThat(change(user, new JsonObject().put("password", long64)).status())
                .isEqualTo(200);
        assertThat(login(name + "@example.org", long64).status()).isEqualTo(200);
        assertThat(login(name + "@example.org", "p".repeat(63) + "q").status()).isEqualTo(401);
    }

    @Test
    void refusesToEmptyWhatMustBeThere() {
        ApiClient user = anonymous.asNewUser();
        for (Object empty : new Object[] {"", null}) {
            Answer answer = change(
                    user,
                    new JsonObject().put("username", empty).put("email", empty).put("password", empty));
            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.object("errors").fieldNames()).containsExactly("username", "email", "password");
            assertThat(answer.errors("email")).containsExactly("can't be blank");
        }
        assertThat(change(user, new JsonObject().put("password", "1234567")).errors("password"))
                .containsExactly("is too short (minimum is 8 characters)");
    }

    @Test
    void refusesToChangeToWhatAnotherUserHas() {
        ApiClient first = anonymous.asNewUser();
        ApiClient second = anonymous.asNewUser();
        Answer answer = change(second, new JsonObject().put("username", first.username()));
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.object("errors").fieldNames()).containsExactly("username");
        assertThat(change(second, new JsonObject().put("username", second.username()))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void asksForATokenBeforeItLooksAtTheBody() {
        assertThat(anonymous
                        .send("PUT", "/api/user", "{\"user\":{\"email\":\"\"}}")
                        .status())
                .isEqualTo(401);
        assertThat(anonymous.send("PUT", "/api/user", "not json").status()).isEqualTo(401);
    }

    private static Answer change(ApiClient client, JsonObject fields) {
        return client.put("/api/user", new JsonObject().put("user", fields));
    }

    private Answer login(String email, String password) {
        JsonObject user = new JsonObject().put("email", email).put("password", password);
        return anonymous.post("/api/users/login", new JsonObject().put("user", user));
    }
}
