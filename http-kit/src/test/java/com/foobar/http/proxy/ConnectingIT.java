package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import com.foobar.http.testing.TcpTable;
import com.foobar.http.testing.UnansweringPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that leave while a server is connected to that answers no SYN: what is being opened for them is not to be more than {@code maxconn}. */
class ConnectingIT {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    /** Longer than anything that is awaited. */
    private static final Duration LONG = Duration.ofMinutes(1);

    private static final ProxySettings ONE_AT_A_TIME =
            ProxySettings.DEFAULTS.withConnections(1, 10).withTimeouts(LONG, LONG, LONG);

    private UnansweringPort silent;
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws IOException {
        assumeThat(Files.exists(Path.of("/proc/self/net/tcp")))
                .as("the kernel can be asked")
                .isTrue();
        silent = new UnansweringPort();
    }

    @AfterEach
    void close() throws IOException {
        silent.close();
        proxy.close();
    }

    private HttpWire client() throws IOException {
        return HttpWire.connect(proxy.port());
    }

    private long connecting() throws IOException {
        return TcpTable.count(silent.port(), TcpTable.State.SYN_SENT);
    }

    @Test
    void closesWhatWasOpenedForAClientThatHasLeft() throws IOException {
        proxy = ProxyFixture.before(silent.port()).listen(ONE_AT_A_TIME, HttpLimits.DEFAULTS);
        try (HttpWire wire = client()) {
            wire.send(GET);
            await().until(() -> connecting() == 1);
        }
        await().until(() -> connecting() == 0);
        await().until(() -> proxy.proxy().connections() == 0);
        assertThat(proxy.backendServer(1).inFlight()).isZero();
        assertThat(proxy.backendServer(1).stats().connectionErrors()).isZero();
    }

    @Test
    void opensNoMoreThanMaxconnWhenThePlaceIsAnothers() throws IOException {
        proxy = ProxyFixture.before(silent.port()).listen(ONE_AT_A_TIME, HttpLimits.DEFAULTS);
        HttpWire first = client().send(GET);
        await().until(() -> connecting() == 1);
        try (HttpWire second = client()) {
            second.send(GET);
            await().until(() -> proxy.proxy().queued() == 1);
            first.close();
            await().until(() -> proxy.backendServer(1).stats().connects() == 2);
            await().untilAsserted(() -> assertThat(connecting()).isEqualTo(1));
            assertThat(proxy.proxy().connections()).isEqualTo(1);
        }
    }

    /** One connection of HTTP/2 is for many requests, and goes on being opened for those to come. */
    @Test
    void opensNoOtherConnectionOfHttp2ForEachClientThatLeaves() throws IOException {
        proxy = ProxyFixture.beforeHttp2(silent.port()).listen(ONE_AT_A_TIME.withStreams(1), HttpLimits.DEFAULTS);
        for (int i = 0; i < 6; i++) {
            try (HttpWire wire = client()) {
                wire.send(GET);
                await().until(() -> proxy.backendServer(1).inFlight() == 1);
            }
            await().until(() -> proxy.backendServer(1).inFlight() == 0);
        }
        // One for each of the two event loops.
        assertThat(proxy.proxy().connections()).isLessThanOrEqualTo(2);
        assertThat(connecting()).isLessThanOrEqualTo(2);
    }
}
