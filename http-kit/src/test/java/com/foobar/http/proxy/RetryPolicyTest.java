package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.message.Method;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    private static final UpstreamFailure CLOSED = UpstreamFailure.closed(false);

    private final RetryPolicy policy = new RetryPolicy(3);

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
    void repeatsNothingWhoseBodyIsLost() {
        assertThat(policy.afterConnectFailure(1, false)).isFalse();
        assertThat(policy.afterFailure(1, false, Method.PUT, CLOSED)).isFalse();
    }

    @Test
    void stopsAfterAsManyAttemptsAsAreSet() {
        assertThat(policy.afterConnectFailure(3, true)).isFalse();
        assertThat(policy.afterFailure(3, true, Method.GET, CLOSED)).isFalse();
        assertThat(new RetryPolicy(1).afterFailure(1, true, Method.GET, CLOSED)).isFalse();
    }

    @Test
    void loadsNoSecondServerForOneThatIsSlowOrSpeaksNoHttp() {
        assertThat(policy.afterFailure(1, true, Method.GET, UpstreamFailure.timeout(false)))
                .isFalse();
        assertThat(policy.afterFailure(1, true, Method.GET, UpstreamFailure.malformed("x")))
                .isFalse();
    }
}
