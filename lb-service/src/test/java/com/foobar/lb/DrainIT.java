package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.foobar.kit.tls.DevelopmentCa;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemTrustOptions;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DrainIT {
    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
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
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource(
            value = HttpVersion.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void answersWhatIsInFlightAndTakesNothingNew(HttpVersion version) throws Exception {
        // Not the JDK's client: up to JDK 23 it gives up its requests in flight when it is asked to go (GOAWAY).
        HttpClient client = vertx.createHttpClient(new HttpClientOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setProtocolVersion(version)
                .setTrustOptions(new PemTrustOptions()
                        .addCertPath(
                                directory.resolve(DevelopmentCa.CA_CERTIFICATE).toString())));
        Future<HttpClientResponse> slow = client.request(HttpMethod.GET, lb.httpsPort(), "localhost", "/slow")
                .compose(HttpClientRequest::send);
        await().until(() -> web.waiting.get() == 1);
        int port = lb.httpsPort();

        Future<Void> stopped = lb.running().stop();
        await().untilAsserted(() -> assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .isInstanceOf(ConnectException.class));
        assertThat(lb.management("/health/ready").statusCode()).isEqualTo(503);
        assertThat(lb.management("/metrics").body())
                .contains(
                        "lb_frontend_status{proxy=\"https\",state=\"UP\"} 0.0\n",
                        "lb_frontend_status{proxy=\"https\",state=\"DOWN\"} 1.0\n",
                        "lb_process_listeners 0.0\n");
        assertThat(stopped.isComplete()).isFalse();
        assertThat(slow.isComplete()).isFalse();
        web.released.set(true);

        HttpClientResponse response = slow.await(30, TimeUnit.SECONDS);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.version()).isEqualTo(version);
        stopped.await(30, TimeUnit.SECONDS);
    }
}
