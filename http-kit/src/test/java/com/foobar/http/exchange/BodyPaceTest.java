package com.foobar.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Protocol;
import com.foobar.http.message.RequestHead;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BodyPaceTest {
    private long now = -5;

    private BodyPace pace(long rate) {
        return pace(rate, new RequestHead());
    }

    private BodyPace pace(long rate, RequestHead head) {
        return new BodyPace(HttpLimits.DEFAULTS.withBodyRate(rate, Duration.ofSeconds(5)), head, () -> now);
    }

    private void pass(long seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void waitsForTheGraceAndAsLongAsWhatCameIsWorth() {
        BodyPace pace = pace(100);
        assertThat(pace.await(0)).isEqualTo(seconds(5));
        pass(3);
        assertThat(pace.await(50)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(2500));
        pass(2);
        assertThat(pace.await(250)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(2500));
        pass(3);
        assertThat(pace.await(250)).isZero();
        assertThat(pace.error(250)).isEqualTo(new ProxyError.BodyTooSlow(100, 250, Duration.ofSeconds(8)));
    }

    @Test
    void waitsNeverLongerThanForAStall() {
        BodyPace pace = pace(1);
        assertThat(pace.await(1_000_000)).isEqualTo(seconds(30));
        pass(30);
        assertThat(pace.error(1_000_000)).isEqualTo(new ProxyError.BodyTimeout(Duration.ofSeconds(30), 1_000_000));
    }

    @Test
    void countsNoTimeInWhichSomebodyElseIsSlow() {
        BodyPace pace = pace(100);
        pace.await(0);
        pass(4);
        pace.pause();
        pass(1000);
        assertThat(pace.await(0)).isEqualTo(seconds(1));
    }

    @Test
    void takesTheLargestNumbers() {
        assertThat(pace(1).await(Long.MAX_VALUE)).isEqualTo(seconds(30));
        assertThat(pace(1L << 30).await((1L << 40) - 1)).isEqualTo(seconds(30));
    }

    @Test
    void waitsForAnyRateWhereNoneIsAsked() {
        BodyPace pace = pace(0);
        pace.await(0);
        pass(1_000_000);
        assertThat(pace.await(0)).isEqualTo(seconds(30));
        assertThat(pace.error(0)).isInstanceOf(ProxyError.BodyTimeout.class);
    }

    @Test
    void waitsForAnyRateFromThenOn() {
        BodyPace pace = pace(100);
        pace.await(0);
        pass(4);
        pace.anyRate();
        assertThat(pace.await(0)).isEqualTo(seconds(30));
        pass(30);
        assertThat(pace.error(0)).isEqualTo(new ProxyError.BodyTimeout(Duration.ofSeconds(30), 0));
    }

    @Test
    void letsCallsOfGrpcPause() {
        RequestHead head = new RequestHead();
        head.protocol(Protocol.HTTP_2);
        head.fields().add(FieldName.CONTENT_TYPE, "application/grpc");
        assertThat(pace(100, head).await(0)).isEqualTo(seconds(30));
    }
}
