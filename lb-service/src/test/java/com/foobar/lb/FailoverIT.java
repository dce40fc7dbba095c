package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.kit.http.Problem;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailoverIT {
    @TempDir
    Path directory;

    private WebServer web1;
    private WebServer web2;
    private RunningLb lb;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        web1 = new WebServer("web-1");
        web2 = new WebServer("web-2");
        lb = RunningLb.before(directory, "timeouts: {server: 5s}\n", web1, web2);
        client = lb.client();
        await().until(() -> states().equals(List.of("UP", "UP")));
    }

    @AfterEach
    void stop() throws Exception {
        lb.close();
        web1.close();
        web2.close();
    }

    @Test
    void sharesRequestsEvenly() {
        Map<String, Long> shares = IntStream.range(0, 20)
                .mapToObj(i -> served())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

        assertThat(shares).isEqualTo(Map.of("web-1", 10L, "web-2", 10L));
    }

    @Test
    void failsNoGetWhileAServerIsKilledAndTakesItInAgain() throws Exception {
        Queue<Object> failures = new ConcurrentLinkedQueue<>();
        Queue<String> served = new ConcurrentLinkedQueue<>();
        Queue<String> servedWithout = new ConcurrentLinkedQueue<>();
        AtomicBoolean lost = new AtomicBoolean();
        AtomicBoolean stopping = new AtomicBoolean();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            HttpClient own = lb.client();
            Thread thread = new Thread(() -> {
                while (!stopping.get()) {
                    // Asked since then; an answer of before may be noted late.
                    Queue<String> notes = lost.get() ? servedWithout : served;
                    try {
                        HttpResponse<String> response = lb.get(own, "/");
                        if (response.statusCode() == 200) {
                            notes.add(response.headers().firstValue("X-Server").orElse("?"));
                        } else {
                            failures.add(response.statusCode() + " " + response.body());
                        }
                    } catch (Exception e) {
                        failures.add(e);
                    }
                }
            });
            clients.add(thread);
            thread.start();
        }
        await().until(() -> served.contains("web-1") && served.size() > 50);

        web1.kill();
        await().until(() -> states().equals(List.of("DOWN", "UP")));
        lost.set(true);
        await().until(() -> servedWithout.size() > 50);
        assertThat(servedWithout).containsOnly("web-2");

        web1 = new WebServer("web-1", web1.port());
        await().until(() -> servedWithout.contains("web-1"));
        stopping.set(true);
        for (Thread thread : clients) {
            thread.join();
        }

        assertThat(failures).isEmpty();
    }

    @Test
    void sendsAGetToAnotherServerWhenOneHangsUpAndAPostToNone() throws Exception {
        // Both hang up on it: the request is tried on each, and then answered with 502.
        HttpResponse<String> get = lb.get(client, "/hang-up");
        assertThat(get.statusCode()).isEqualTo(502);
        assertThat(web1.requests.get()).isPositive();
        assertThat(web2.requests.get()).isPositive();

        await().until(() -> states().equals(List.of("UP", "UP")));
        int before = web1.requests.get() + web2.requests.get();
        HttpResponse<String> post = client.send(
                lb.request("/hang-up").POST(BodyPublishers.ofString("x")).build(), BodyHandlers.ofString());

        assertThat(post.statusCode()).isEqualTo(502);
        assertThat(web1.requests.get() + web2.requests.get()).isEqualTo(before + 1);
    }

    @Test
    void answers504WhenAServerIsTooSlow() throws Exception {
        HttpResponse<String> response = client.send(
                lb.request("/slow").POST(BodyPublishers.ofString("x")).build(), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(response.headers().firstValue("Content-Type")).hasValue(Problem.JSON);
    }

    @Test
    void answers503WhenNoServerIsUp() throws Exception {
        web1.kill();
        web2.kill();
        await().until(() -> states().equals(List.of("DOWN", "DOWN")));

        HttpResponse<String> response = lb.get(client, "/");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(response.headers().firstValue("Content-Type")).hasValue(Problem.JSON);
        JsonObject problem = new JsonObject(response.body());
        assertThat(problem.getInteger("status")).isEqualTo(503);
        assertThat(problem.getString("requestId"))
                .isEqualTo(response.headers().firstValue("X-Request-Id").orElseThrow());
        assertThat(response.body()).doesNotContain("127.0.0.1").doesNotContain("web-1");

        HttpResponse<String> page = client.send(
                lb.request("/").header("Accept", "text/html,*/*;q=0.8").build(), BodyHandlers.ofString());
        assertThat(page.statusCode()).isEqualTo(503);
        assertThat(page.headers().firstValue("Content-Type")).hasValue(Problem.HTML);
        assertThat(page.body()).contains("<h1>Service Unavailable</h1>");
    }

    @Test
    void asksServersThatStillAnswerWhenAllAreDownByTheirChecksAndIsNotReady() throws Exception {
        web1.ready.set(false);
        web2.kill();
        await().until(() -> states().equals(List.of("DOWN", "DOWN")));

        for (int i = 0; i < 5; i++) {
            assertThat(lb.get(client, "/").headers().firstValue("X-Server")).hasValue("web-1");
        }
        HttpResponse<String> verdict = lb.management("/health/ready");
        assertThat(verdict.statusCode()).isEqualTo(503);
        assertThat(verdict.body()).contains("asked in panic");
        assertThat(lb.management("/metrics").body())
                .contains("lb_backend_panic{proxy=\"web\"} 1.0")
                .contains("lb_backend_active_servers{proxy=\"web\"} 0.0")
                .contains("lb_server_check_status{proxy=\"web\",server=\"web-1\",state=\"L7STS\"} 1.0")
                .contains("lb_server_check_code{proxy=\"web\",server=\"web-1\"} 503.0")
                .contains("lb_server_check_status{proxy=\"web\",server=\"web-2\",state=\"L4CON\"} 1.0");

        web1.ready.set(true);
        await().until(() -> states().get(0).equals("UP"));
        assertThat(lb.management("/metrics").body()).contains("lb_backend_panic{proxy=\"web\"} 0.0");
    }

    @Test
    void isReadyAsLongAsAServerIsUpAndSaysWhyNot() throws Exception {
        assertThat(lb.management("/health/ready").statusCode()).isEqualTo(200);

        web1.ready.set(false);
        await().until(() -> states().equals(List.of("DOWN", "UP")));
        assertThat(lb.management("/health/ready").statusCode()).isEqualTo(200);

        web2.kill();
        await().until(() -> states().equals(List.of("DOWN", "DOWN")));
        HttpResponse<String> verdict = lb.management("/health/ready");
        assertThat(verdict.statusCode()).isEqualTo(503);
        assertThat(verdict.body())
                .contains("no server of backend web is up")
                .contains("web-1 DOWN")
                .contains("503 Service Unavailable")
                .contains("web-2 DOWN")
                .contains("connection refused");
    }

    @Test
    void showsTheLossInMetricsAndInfo() throws Exception {
        lb.get(client, "/");
        web1.kill();
        await().until(() -> states().equals(List.of("DOWN", "UP")));
        lb.get(client, "/");

        String metrics = lb.management("/metrics").body();
        assertThat(metrics)
                .contains("lb_server_status{proxy=\"web\",server=\"web-1\",state=\"DOWN\"} 1.0")
                .contains("lb_server_status{proxy=\"web\",server=\"web-1\",state=\"UP\"} 0.0")
                .contains("lb_server_status{proxy=\"web\",server=\"web-2\",state=\"UP\"} 1.0")
                .contains("lb_backend_active_servers{proxy=\"web\"} 1.0")
                .contains("lb_server_check_up_down_total{proxy=\"web\",server=\"web-1\"} 1.0")
                .contains("lb_frontend_http_requests_total{proxy=\"https\"} 2.0")
                .contains("lb_frontend_http_responses_total{code=\"2xx\",proxy=\"https\"} 2.0")
                .contains("lb_backend_http_responses_total{code=\"2xx\",proxy=\"web\"} 2.0")
                .contains("lb_frontend_request_duration_seconds_count{proxy=\"https\"} 2")
                .contains("lb_server_response_time_seconds_count{proxy=\"web\",server=\"web-2\"}")
                .contains("lb_backend_queue_time_seconds_bucket{proxy=\"web\",le=\"5.0E-4\"} 2")
                .contains("lb_backend_connect_time_seconds_count{proxy=\"web\"} 2")
                .contains("lb_backend_response_time_seconds_count{proxy=\"web\"} 2")
                .contains("lb_backend_total_time_seconds_bucket{proxy=\"web\",le=\"+Inf\"} 2")
                .contains("lb_server_current_sessions{proxy=\"web\",server=\"web-2\"} 0.0")
                .containsPattern("lb_frontend_connections_total\\{proxy=\"https\"} [1-9]");

        JsonObject info = new JsonObject(lb.management("/info").body());
        assertThat(info.getJsonArray("neighbours").getJsonObject(0).getString("name"))
                .isEqualTo("web-1");
        assertThat(info.getJsonArray("neighbours").getJsonObject(0).getString("state"))
                .startsWith("DOWN");
        assertThat(info.getJsonArray("neighbours").getJsonObject(1).getString("state"))
                .isEqualTo("UP");
    }

    @Test
    void linksTheTimesOfBackendsAndServersToTraces() throws Exception {
        lb.get(client, "/");
        String metrics = lb.management("/metrics", "application/openmetrics-text; version=1.0.0")
                .body();
        for (String histogram : List.of("queue", "connect", "response", "total")) {
            String name = histogram + "_time_seconds";
            assertThat(metrics)
                    .containsPattern(
                            "lb_backend_" + name + "_bucket\\{proxy=\"web\",le=[^}]*} 1 # \\{trace_id=\"[0-9a-f]{32}\"")
                    .containsPattern("lb_server_" + name
                            + "_bucket\\{proxy=\"web\",server=\"web-[12]\",le=[^}]*} 1 # \\{trace_id=\"")
                    .containsPattern("lb_server_" + name + "_count\\{proxy=\"web\",server=\"web-[12]\"} 1");
        }
    }

    private List<String> states() {
        return lb.service().neighbours().stream()
                .map(server -> server.state().split(" ", 2)[0])
                .toList();
    }

    private String served() {
        try {
            return lb.get(client, "/").headers().firstValue("X-Server").orElse("?");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
