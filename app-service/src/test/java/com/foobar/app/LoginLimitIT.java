package com.foobar.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.app.ApiClient.Answer;
import com.foobar.kit.testing.DatabaseServer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedDatabase.class)
class LoginLimitIT {
    private final DatabaseServer database;
    private final ApiClient anonymous;

    LoginLimitIT(TestApp app, DatabaseServer database) {
        this.database = database;
        this.anonymous = app.client();
    }

    @Test
    void refusesEvenTheRightPasswordAfterTooManyWrongOnes() {
        String email = anonymous.asNewUser().username() + "@example.com";
        for (int i = 0; i < 10; i++) {
            // Spelling the address in another way is no way around.
            String spelled = i % 2 == 0 ? email : email.toUpperCase(Locale.ROOT);
            assertThat(login(spelled, "wrong password", "192.0.2." + i).status())
                    .isEqualTo(401);
        }
        Answer refused = login(email, "password", "192.0.2.99, 127.0.0.1");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.errors("credentials").get(0)).startsWith("were wrong too often, please wait ");
        assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 300);
    }

    @Test
    void refusesUnknownAccountsAlike() {
        String email = ApiClient.unique("nobody") + "@example.com";
        for (int i = 0; i < 10; i++) {
            assertThat(login(email, "password", "192.0.2.1").status()).isEqualTo(401);
        }
        assertThat(login(email, "password", "192.0.2.1").status()).isEqualTo(429);
    }

    @Test
    void doesNotTakeAnUnknownEmailForTheNumberOfAnAccount() {
        ApiClient user = anonymous.asNewUser();
        Object id = database.value("SELECT id FROM foobar.users WHERE username = '" + user.username() + "'");
        for (String email : List.of(String.valueOf(id), "id:" + id)) {
            for (int i = 0; i < 10; i++) {
                assertThat(login(email, "password", "198.51.100." + i).status()).isEqualTo(401);
            }
            assertThat(login(email, "password", "198.51.100.1").status()).isEqualTo(429);
        }
        assertThat(login(user.username() + "@example.com", "password", "198.51.100.99")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void refusesAnAddressThatTriesManyAccounts() {
        String address = "2001:db8:4711::";
        for (int i = 0; i < 100; i++) {
            assertThat(login("nobody-" + i + "@example.com", "password", address + i)
                            .status())
                    .isEqualTo(401);
        }
        assertThat(login("nobody-at-all@example.com", "password", address + "ffff")
                        .status())
                .isEqualTo(429);
        String email = anonymous.asNewUser().username() + "@example.com";
        assertThat(login(email, "password", "2001:db8:4712::1").status()).isEqualTo(200);
    }

    private Answer login(String email, String password, String client) {
        JsonObject user = new JsonObject().put("email", email).put("password", password);
        return anonymous.send(
                "POST", "/api/users/login", new JsonObject().put("user", user).encode(), "X-Forwarded-For", client);
    }
}
