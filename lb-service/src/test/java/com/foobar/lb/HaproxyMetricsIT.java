package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What dashboards and alerts that were made for HAProxy's exporter find here. */
class HaproxyMetricsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private WebServer web;
    private RunningLb lb;

    @BeforeEach
    void start() throws Exception {
        web = new WebServer("web-1");
        lb = RunningLb.before(directory, "", web);
        await().atMost(LIMIT)
                .until(() -> lb.management("/metrics").body().contains("lb_backend_active_servers{proxy=\"web\"} 1"));
        assertThat(lb.get(lb.client(), "/a").statusCode()).isEqualTo(200);
    }

    @AfterEach
    void stop() throws Exception {
        lb.close();
        web.close();
    }

    @Test
    void hasHaproxysMetricsWithTheirLabelsAndTypesButThoseThatTheManualExcepts() throws Exception {
        SortedMap<String, String> told = relabelled();
        List<Pattern> excepted = excepted();
        SortedMap<String, String> wanted = ExporterNames.ofHaproxy();
        wanted.keySet().removeIf(name -> excepted.stream()
                .anyMatch(each -> each.matcher(name).matches()));

        assertThat(told).containsAllEntriesOf(wanted);
    }

    @Test
    void hasNoneThatTheManualExcepts() throws Exception {
        assertThat(excepted()).isNotEmpty().allSatisfy(pattern -> {
            assertThat(relabelled().keySet())
                    .noneMatch(name -> pattern.matcher(name).matches());
            assertThat(Stream.concat(ExporterNames.ofHaproxy().keySet().stream(), ExporterNames.lines("dashboard.txt")))
                    .as("names that %s stands for", pattern)
                    .anyMatch(name -> pattern.matcher(name).matches());
        });
    }

    @Test
    void hasWhatHaproxysBestKnownDashboardAsksForButForThose() throws Exception {
        List<Pattern> excepted = excepted();
        List<String> wanted = ExporterNames.lines("dashboard.txt")
                .filter(name ->
                        excepted.stream().noneMatch(each -> each.matcher(name).matches()))
                .toList();

        assertThat(wanted).hasSizeGreaterThan(80);
        assertThat(relabelled().keySet()).containsAll(wanted);
    }

    @Test
    void countsAsHaproxyDoes() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(lb.get(lb.client(), "/b").body()).isNotEmpty();
        }

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(lb.management("/metrics").body())
                        .contains(
                                "lb_backend_sessions_total{proxy=\"web\"} 4.0\n",
                                "lb_backend_http_requests_total{proxy=\"web\"} 4.0\n",
                                "lb_backend_loadbalanced_total{proxy=\"web\"} 4.0\n",
                                "lb_server_sessions_total{proxy=\"web\",server=\"web-1\"} 4.0\n",
                                "lb_server_limit_sessions{proxy=\"web\",server=\"web-1\"} 512.0\n",
                                "lb_server_queue_limit{proxy=\"web\",server=\"web-1\"} 1024.0\n",
                                "lb_server_max_sessions{proxy=\"web\",server=\"web-1\"} 1.0\n",
                                "lb_server_used_connections_current{proxy=\"web\",server=\"web-1\"} 0.0\n",
                                "lb_backend_agg_server_status{proxy=\"web\",state=\"UP\"} 1.0\n",
                                "lb_backend_weight{proxy=\"web\"} 1.0\n",
                                "lb_frontend_status{proxy=\"https\",state=\"UP\"} 1.0\n",
                                "lb_frontend_limit_sessions{proxy=\"https\"} 10000.0\n",
                                "lb_frontend_sessions_total{proxy=\"https\"} 4.0\n",
                                "lb_process_requests_total 4.0\n")
                        .doesNotContain(
                                "lb_backend_last_session_seconds{proxy=\"web\"} -1.0\n",
                                "lb_backend_max_session_rate{proxy=\"web\"} 0.0\n",
                                "lb_server_bytes_out_total{proxy=\"web\",server=\"web-1\"} 0.0\n",
                                "lb_server_total_time_average_seconds{proxy=\"web\",server=\"web-1\"} 0.0\n",
                                "lb_server_max_total_time_seconds{proxy=\"web\",server=\"web-1\"} 0.0\n"));
        double tried = value("lb_server_connection_attempts_total{proxy=\"web\",server=\"web-1\"}");
        assertThat(tried + value("lb_server_connection_reuses_total{proxy=\"web\",server=\"web-1\"}"))
                .isEqualTo(4);
        assertThat(value("lb_server_idle_connections_current{proxy=\"web\",server=\"web-1\"}"))
                .isEqualTo(tried);
    }

    /** That no server answers must not look as if nobody asked. */
    @Test
    void countsForTheBackendWhatItHadNoServerFor() throws Exception {
        web.kill();
        await().atMost(LIMIT).until(() -> !lb.service().readiness().isReady());

        assertThat(lb.get(lb.client(), "/b").statusCode()).isEqualTo(503);

        awaitMetrics(
                lb,
                "lb_backend_http_responses_total{code=\"2xx\",proxy=\"web\"} 1.0\n",
                "lb_backend_http_responses_total{code=\"5xx\",proxy=\"web\"} 1.0\n",
                "lb_server_http_responses_total{code=\"5xx\",proxy=\"web\",server=\"web-1\"} 0.0\n",
                "lb_backend_connection_errors_total{proxy=\"web\"} 1.0\n",
                "lb_server_connection_errors_total{proxy=\"web\",server=\"web-1\"} 0.0\n");
    }

    @Test
    void countsForTheBackendWhoWaitedTooLong() throws Exception {
        try (RunningLb full = full("200ms");
                SSLSocket first = occupying(full)) {
            assertThat(full.get(full.client(), "/late").statusCode()).isEqualTo(503);

            awaitMetrics(
                    full,
                    "lb_backend_http_responses_total{code=\"5xx\",proxy=\"web\"} 1.0\n",
                    "lb_server_http_responses_total{code=\"5xx\",proxy=\"web\",server=\"web-1\"} 0.0\n",
                    "lb_backend_connection_errors_total{proxy=\"web\"} 1.0\n",
                    "lb_server_connection_errors_total{proxy=\"web\",server=\"web-1\"} 0.0\n",
                    "lb_backend_client_aborts_total{proxy=\"web\"} 0.0\n");
            assertThat(first.isClosed()).isFalse();
        }
    }

    @Test
    void countsForTheBackendWhoLeftItsQueue() throws Exception {
        try (RunningLb full = full("60s");
                SSLSocket first = occupying(full)) {
            try (SSLSocket gone = asking(full, "/gone")) {
                awaitMetrics(full, "lb_backend_current_queue{proxy=\"web\"} 1.0\n");
                assertThat(gone.isClosed()).isFalse();
            }

            awaitMetrics(
                    full,
                    "lb_backend_http_responses_total{code=\"4xx\",proxy=\"web\"} 1.0\n",
                    "lb_backend_client_aborts_total{proxy=\"web\"} 1.0\n",
                    "lb_server_client_aborts_total{proxy=\"web\",server=\"web-1\"} 0.0\n",
                    "lb_backend_connection_errors_total{proxy=\"web\"} 0.0\n");
            assertThat(first.isClosed()).isFalse();
        }
    }

    /** Before a server that is given one request at a time. */
    private RunningLb full(String queueTimeout) throws Exception {
        RunningLb before =
                RunningLb.before(directory, "timeouts: {queue: " + queueTimeout + "}\nconnections: {maxconn: 1}", web);
        awaitMetrics(before, "lb_backend_active_servers{proxy=\"web\"} 1.0\n");
        return before;
    }

    /** With the only place with the server. */
    private SSLSocket occupying(RunningLb before) throws Exception {
        SSLSocket socket = asking(before, "/slow");
        await().atMost(LIMIT).until(() -> web.waiting.get() == 1);
        return socket;
    }

    private static SSLSocket asking(RunningLb before, String target) throws IOException {
        SSLSocket socket = before.socket();
        socket.getOutputStream()
                .write(("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void awaitMetrics(RunningLb of, String... lines) {
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(of.management("/metrics").body()).contains(lines));
    }

    private double value(String series) throws Exception {
        return lb.management("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(series))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
                .findFirst()
                .orElseThrow();
    }

    /** The rule, by Prometheus itself where that is installed. */
    @Test
    void prometheusFindsThemByTheRuleOfTheManual() throws Exception {
        Path prometheus = Path.of(System.getenv().getOrDefault("PROMETHEUS", "/usr/bin/prometheus"));
        Assumptions.assumeTrue(
                Files.isExecutable(prometheus),
                "no Prometheus at " + prometheus + ": install the package prometheus, or set PROMETHEUS to its path");
        int port = freePort();
        Path configuration = directory.resolve("prometheus.yml");
        Files.writeString(
                configuration,
                """
                global: {scrape_interval: 1s}
                scrape_configs:
                  - job_name: lb
                    static_configs: [{targets: ['127.0.0.1:%d']}]
                """.formatted(lb.running().managementPort())
                        + RelabelRule.documented().yaml().indent(4));
        Process process = new ProcessBuilder(
                        prometheus.toString(),
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + directory.resolve("tsdb"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("prometheus.log").toFile())
                .start();
        try {
            String name = "haproxy_backend_http_responses_total{proxy=\"web\",code=\"2xx\"}";
            await().atMost(LIMIT).ignoreExceptions().untilAsserted(() -> assertThat(
                            query(port, name).getJsonObject("data").getJsonArray("result"))
                    .hasSize(1));
            // Some appear with the first collection of garbage, and Prometheus comes later than we.
            await().atMost(LIMIT).untilAsserted(() -> assertThat(names(port))
                    .containsAll(relabelled().keySet())
                    .noneMatch(each -> each.startsWith("lb_")));
        } finally {
            process.destroy();
            process.waitFor(60, TimeUnit.SECONDS);
        }
    }

    private List<String> names(int port) throws Exception {
        return api(port, "/api/v1/label/__name__/values").getJsonArray("data").stream()
                .map(String::valueOf)
                .toList();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static JsonObject query(int port, String expression) throws Exception {
        return api(port, "/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
    }

    private static JsonObject api(int port, String target) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
                .build();
        return new JsonObject(HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString())
                .body());
    }

    /** What is told, by the names that Prometheus has for it. */
    private SortedMap<String, String> relabelled() throws Exception {
        RelabelRule rule = RelabelRule.documented();
        SortedMap<String, String> names = new TreeMap<>();
        for (Map.Entry<String, String> name :
                ExporterNames.of(lb.management("/metrics").body()).entrySet()) {
            names.put(rule.apply(name.getKey()), name.getValue());
        }
        return names;
    }

    /** Patterns of the names in the first column of the manual's table of what HAProxy tells and we do not. */
    private static List<Pattern> excepted() throws IOException {
        return RelabelRule.manual()
                .lines()
                .filter(line -> line.startsWith("| `haproxy_"))
                .map(line -> line.split("\\|")[1])
                .flatMap(cell -> Pattern.compile("`([^`]+)`").matcher(cell).results())
                .map(name -> Pattern.compile(name.group(1).replace("*", "\\w*")))
                .toList();
    }
}
