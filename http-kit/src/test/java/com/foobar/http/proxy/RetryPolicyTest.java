package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.http.message.Method;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {
    private static final UpstreamFailure CLOSED = UpstreamFailure.closed(false, false);

    private final RetryPolicy policy = policy(3, "conn-failure", "empty-response");

    private static RetryPolicy policy(int attempts, String... words) {
        return new RetryPolicy(attempts, RetryOn.parse(List.of(words)));
    }

    @Test
    void repeatsWhatNoServerSawWhateverTheMethod() {
        assertThat(policy.afterConnectFailure(1, true)).isTrue();
        assertThat(policy.afterConnectFailure(2, true)).isTrue();
    }

    @Test
    void repeatsIdempotentMethodsOnlyOnceAServerMayHaveSeenThem() {
        assertThat(policy.afterFailure(1, true, Method.GET, CLOSED)).isTrue();
        assertThat(policy.afterFailure(1, true, Method.PUT, CLOSED)).isTrue();
        assertThat(policy.afterFailure(1, true, Method.DELETE, CLOSED)).isTrue();
        assertThat(policy.afterFailure(1, true, Method.POST, CLOSED)).isFalse();
        assertThat(policy.afterFailure(1, true, Method.PATCH, CLOSED)).isFalse();
        assertThat(policy.afterFailure(1, true, Method.of("BREW"), CLOSED)).isFalse();
    }

    @Test
    void repeatsWhatMetAStaleConnectionHoweverFewRetriesThereAre() {
        UpstreamFailure stale = UpstreamFailure.closed(false, true);
        RetryPolicy none = policy(1, "none");
        assertThat(none.afterStaleConnection(true, Method.GET, stale)).isTrue();
        assertThat(none.afterStaleConnection(true, Method.POST, stale)).isFalse();
        assertThat(none.afterStaleConnection(false, Method.PUT, stale)).isFalse();
        assertThat(none.afterStaleConnection(true, Method.GET, UpstreamFailure.closed(true, true)))
                .isFalse();
        assertThat(none.afterStaleConnection(true, Method.GET, CLOSED)).isFalse();
    }

    @Test
    void repeatsWhatMetAStaleConnectionAndThenNoneAsAfterEither() {
        assertThat(policy(3, "conn-failure").afterRefusedRenewal(1, true, Method.GET))
                .isTrue();
        assertThat(policy(3, "empty-response").afterRefusedRenewal(1, true, Method.GET))
                .isTrue();
        assertThat(policy(3, "empty-response").afterRefusedRenewal(3, true, Method.GET))
                .isFalse();
        assertThat(policy(3, "junk-response").afterRefusedRenewal(1, true, Method.GET))
                .isFalse();
    }

    @Test
    void repeatsNothingWhoseBodyIsLost() {
        assertThat(policy.afterConnectFailure(1, false)).isFalse();
        assertThat(policy.afterFailure(1, false, Method.PUT, CLOSED)).isFalse();
    }

    @Test
    void stopsAfterAsManyAttemptsAsAreSet() {
        assertThat(policy.afterConnectFailure(3, true)).isFalse();
        assertThat(policy.afterFailure(3, true, Method.GET, CLOSED)).isFalse();
        assertThat(policy(1, "empty-response").afterFailure(1, true, Method.GET, CLOSED))
                .isFalse();
    }

    @Test
    void repeatsOnlyWhatIsAskedFor() {
        assertThat(policy(3, "none").afterConnectFailure(1, true)).isFalse();
        assertThat(policy(3, "none").afterFailure(1, true, Method.GET, CLOSED)).isFalse();
        assertThat(policy.afterStatus(1, true, Method.GET, 503)).isFalse();
        RetryPolicy all = policy(3, "all-retryable-errors");
        assertThat(all.afterConnectFailure(1, true)).isTrue();
        assertThat(all.afterFailure(1, true, Method.GET, CLOSED)).isTrue();
        assertThat(all.afterFailure(1, true, Method.GET, UpstreamFailure.timeout(false)))
                .isTrue();
        assertThat(all.afterFailure(1, true, Method.GET, UpstreamFailure.malformed("x")))
                .isTrue();
        assertThat(all.afterStatus(1, true, Method.GET, 504)).isTrue();
        assertThat(all.afterStatus(1, true, Method.GET, 429)).isFalse();
        assertThat(policy(3, "429", "502").afterStatus(1, true, Method.GET, 429))
                .isTrue();
        assertThat(policy(3, "502").afterStatus(1, true, Method.POST, 502)).isFalse();
        assertThat(policy(3, "502").afterStatus(3, true, Method.GET, 502)).isFalse();
        assertThat(policy(3, "502").afterStatus(1, false, Method.GET, 502)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"503 ", "599", "200", "5xx", "connect-failure", ""})
    void refusesWordsThatHaveNoMeaning(String word) {
        assertThatThrownBy(() -> RetryOn.parse(List.of(word)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(word + " (expected: none, conn-failure,");
    }

    @Test
    void refusesNoneAmongOthers() {
        assertThatThrownBy(() -> RetryOn.parse(List.of("503", "none"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void loadsNoSecondServerForOneThatIsSlowOrSpeaksNoHttp() {
        assertThat(policy.afterFailure(1, true, Method.GET, UpstreamFailure.timeout(false)))
                .isFalse();
        assertThat(policy.afterFailure(1, true, Method.GET, UpstreamFailure.malformed("x")))
                .isFalse();
    }
}
