package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DrainIT {
    @TempDir
    Path directory;

    private WebServer web;
    private RunningLb lb;

    @BeforeEach
    void start() throws Exception {
        web = new WebServer("web-1");
        lb = RunningLb.before(directory, "", web);
        await().until(() -> lb.service().readiness().isReady());
    }

    @AfterEach
    void stop() throws Exception {
        lb.close();
        web.close();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void answersWhatIsInFlightAndTakesNothingNew(Version version) throws Exception {
        CompletableFuture<HttpResponse<String>> slow =
                lb.client().sendAsync(lb.request("/slow").version(version).build(), BodyHandlers.ofString());
        await().until(() -> web.waiting.get() == 1);
        int port = lb.httpsPort();

        Future<Void> stopped = lb.running().stop();
        await().untilAsserted(() -> assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .isInstanceOf(ConnectException.class));
        assertThat(lb.management("/health/ready").statusCode()).isEqualTo(503);
        assertThat(stopped.isComplete()).isFalse();
        assertThat(slow).isNotDone();
        web.released.set(true);

        assertThat(slow).succeedsWithin(Duration.ofSeconds(10)).satisfies(response -> {
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.version()).isEqualTo(version);
        });
        stopped.await(10, TimeUnit.SECONDS);
    }
}
