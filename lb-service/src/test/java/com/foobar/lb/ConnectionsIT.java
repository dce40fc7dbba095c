package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That what the settings say of connections and retries is what holds. */
class ConnectionsIT {
    @TempDir
    Path directory;

    private WebServer web1;
    private WebServer web2;
    private RunningLb lb;

    @BeforeEach
    void start() throws Exception {
        web1 = new WebServer("web-1");
        web2 = new WebServer("web-2");
        lb = RunningLb.before(directory, """
                retry: {retries: 0}
                connections: {maxconn: 1, maxqueue: 0}
                """, web1, web2);
        await().until(() -> lb.service().neighbours().stream()
                .allMatch(server -> server.state().equals("UP")));
    }

    @AfterEach
    void stop() {
        lb.close();
        web1.close();
        web2.close();
    }

    @Test
    void triesOnceWithoutRetries() throws Exception {
        HttpResponse<String> response = lb.get(lb.client(), "/hang-up");

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(web1.requests.get() + web2.requests.get()).isEqualTo(1);
    }

    @Test
    void countsItsOwnErrorsAsNoServersResponse() throws Exception {
        assertThat(lb.get(lb.client(), "/hang-up").statusCode()).isEqualTo(502);

        await().until(() -> lb.management("/metrics")
                .body()
                .contains("lb_frontend_http_responses_total{code=\"5xx\",proxy=\"https\"} 1.0"));
        assertThat(lb.management("/metrics").body())
                .contains("lb_server_response_time_seconds_count{")
                .doesNotContainPattern("lb_server_response_time_seconds_count\\{[^}]*} [1-9]");
    }

    @Test
    void answers503WhereAllConnectionsAreBusyAndNothingMayWait() {
        // Each of the two servers may have one, whichever event loops the requests come on.
        int allowed = 2;
        List<CompletableFuture<HttpResponse<String>>> responses = IntStream.range(0, allowed + 4)
                .mapToObj(i -> lb.client()
                        .sendAsync(lb.request("/slow").version(Version.HTTP_1_1).build(), BodyHandlers.ofString()))
                .toList();

        await().until(() -> web1.waiting.get() == 1 && web2.waiting.get() == 1);
        await().until(() -> responses.stream().filter(CompletableFuture::isDone).count() == 4);
        web1.released.set(true);
        web2.released.set(true);

        assertThat(responses)
                .map(response -> response.get(30, TimeUnit.SECONDS).statusCode())
                .containsExactlyInAnyOrder(200, 200, 503, 503, 503, 503);
    }
}
