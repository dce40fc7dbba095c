package com.foobar.app.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.foobar.app.config.AuthSettings;
import com.foobar.app.config.LoginLimitSettings;
import com.foobar.app.config.RegistrationLimitSettings;
import com.foobar.kit.settings.Secret;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokensTest {
    private static final LoginLimitSettings NO_LIMITS = new LoginLimitSettings(0, 0, Duration.ofMinutes(1));
    private static final RegistrationLimitSettings NO_LIMIT = new RegistrationLimitSettings(0, Duration.ofMinutes(5));

    private static final String OLD = "old-key-old-key-old-key-old-key-";
    private static final String NEW = "new-key-new-key-new-key-new-key-";

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void closeVertx() {
        vertx.close().await();
    }

    @Test
    void namesTheUserItWasIssuedFor() {
        Tokens tokens = tokens(OLD);
        assertThat(tokens.verify(tokens.issue(4711)).await()).isEqualTo(4711);
    }

    @Test
    void signsWithTheFirstKeyAndVerifiesWithAll() {
        Tokens before = tokens(OLD);
        Tokens rotating = tokens(NEW, OLD);
        Tokens after = tokens(NEW);
        assertThat(rotating.verify(before.issue(1)).await()).isEqualTo(1);
        for (int i = 0; i < 20; i++) {
            assertThat(after.verify(rotating.issue(2)).await()).isEqualTo(2);
        }
        assertThatThrownBy(() -> after.verify(before.issue(1)).await()).isNotNull();
    }

    @Test
    void refusesOtherAlgorithmsAndNone() {
        String header = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
        String payload = tokens(OLD).issue(1).split("\\.")[1];
        assertThatThrownBy(
                        () -> tokens(OLD).verify(header + "." + payload + ".").await())
                .isNotNull();
        assertThatThrownBy(() -> tokens(OLD).verify(header + "." + payload).await())
                .isNotNull();
    }

    @Test
    void makesAKeyOfItsOwnWhereNoneIsConfigured() {
        Tokens one = tokens();
        assertThat(one.verify(one.issue(7)).await()).isEqualTo(7);
        assertThatThrownBy(() -> tokens().verify(one.issue(7)).await()).isNotNull();
    }

    @Test
    void refusesATokenWhoseTimeIsOver() {
        Tokens tokens = tokens(Duration.ofSeconds(5), OLD);
        String token = tokens.issue(3);
        assertThat(tokens.verify(token).await()).isEqualTo(3);
        await().untilAsserted(() ->
                assertThatThrownBy(() -> tokens.verify(token).await()).isNotNull());
        assertThat(tokens.verify(tokens.issue(3)).await()).isEqualTo(3);
    }

    private Tokens tokens(String... keys) {
        return tokens(Duration.ofHours(1), keys);
    }

    private Tokens tokens(Duration lifetime, String... keys) {
        return new Tokens(
                vertx,
                new AuthSettings(Stream.of(keys).map(Secret::of).toList(), lifetime, 4, 1, 1, NO_LIMITS, NO_LIMIT));
    }
}
