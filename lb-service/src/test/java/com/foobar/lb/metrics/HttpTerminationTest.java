package com.foobar.lb.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.exchange.ClientConnection;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestRecord;
import com.foobar.http.message.RequestHead;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HttpTerminationTest {
    private static RequestRecord newRecord() {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        return new RequestRecord(ClientConnection.of(address, address, false), new RequestHead(), 0);
    }

    static Stream<Arguments> errors() {
        Duration limit = Duration.ofSeconds(1);
        return Stream.of(
                Arguments.of(new ProxyError.ClientGone(), "CQ--", "CH--"),
                Arguments.of(new ProxyError.TotalTimeout("web", limit, false), "sQ--", "sH--"),
                Arguments.of(new ProxyError.TotalTimeout("web", limit, true), "cQ--", "cH--"),
                Arguments.of(new ProxyError.ServerTimeout("web", "web-1", limit), "sH--", "sH--"),
                Arguments.of(new ProxyError.QueueExhausted("web", "web-1 UP", 3, limit), "sQ--", "sQ--"),
                Arguments.of(new ProxyError.NoServer("web", "web-1 DOWN"), "SC--", "SC--"),
                Arguments.of(new ProxyError.ConnectFailed("web", "web-1", 2, "refused"), "SC--", "SC--"),
                Arguments.of(new ProxyError.ConnectFailed("web", "web-1", 2, "connect timeout"), "sC--", "sC--"),
                Arguments.of(new ProxyError.BadResponse("web", "web-1", "no HTTP"), "SH--", "SH--"),
                Arguments.of(new ProxyError.Internal(), "IH--", "IH--"),
                Arguments.of(new ProxyError.HeadTimeout(limit), "cR--", "cR--"),
                Arguments.of(new ProxyError.BodyTimeout(limit, 1), "cH--", "cH--"),
                Arguments.of(new ProxyError.BodyTooSlow(1, 1, limit), "cH--", "cH--"),
                Arguments.of(new ProxyError.ClientStalled(limit), "cD--", "cD--"),
                Arguments.of(new ProxyError.Malformed(400, "two hosts"), "PR--", "PR--"),
                Arguments.of(new ProxyError.Denied(), "PR--", "PR--"),
                Arguments.of(new ProxyError.RateLimited(1), "PR--", "PR--"),
                Arguments.of(new ProxyError.Draining(), "PR--", "PR--"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void tellsWhoEndedItInWhichPhase(ProxyError error, String beforeAServerWasFound, String whileItWasAsked) {
        RequestRecord queued = newRecord();
        queued.failed(error);
        assertThat(HttpTermination.of(queued)).isEqualTo(beforeAServerWasFound);

        RequestRecord asked = newRecord();
        asked.asked("web", "web-1");
        asked.failed(error);
        assertThat(HttpTermination.of(asked)).isEqualTo(whileItWasAsked);
    }
}
